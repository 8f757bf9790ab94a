package dev.weft.persistence.mirror;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FollowRuleTest {

  private final FollowRule rule =
      new FollowRule(Duration.ofNanos(10), Duration.ofNanos(100), 1_000);

  @Test
  void anOwnerThatWasNeverConnectedToIsLostAfterTheGraceOnly() {
    rule.connected(false, 0);
    rule.connected(false, 500);
    assertFalse(rule.isLost(1_099));
    assertTrue(rule.isLost(1_100));
  }

  @Test
  void aBrokenConnectionTellsAtOnce() {
    rule.connected(true, 5);
    rule.heard(6);
    rule.connected(false, 7);
    assertFalse(rule.isLost(16));
    assertTrue(rule.isLost(17));
    rule.connected(true, 18);
    assertFalse(rule.isLost(18));
  }

  @Test
  void aConnectionOverWhichNothingComesIsNone() {
    rule.connected(true, 5);
    rule.heard(2_000);
    assertFalse(rule.isLost(2_099));
    assertTrue(rule.isLost(2_100));
    rule.heard(2_101);
    assertFalse(rule.isLost(2_101));
  }
}
