package dev.weft.persistence.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.mirror.SafetyRule.Step;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SafetyRuleTest {

  private static final long MILLI = 1_000_000;

  private final SafetyRule rule = new SafetyRule(Duration.ofMillis(100), Duration.ofMillis(50));

  private Step at(long millis) {
    return rule.look(millis * MILLI);
  }

  @Test
  void nobodyIsWaitedForBeforeAStandbyWasHeard() {
    rule.durable(7, 0);
    assertEquals(Step.ALONE, at(1));
    assertEquals(Long.MAX_VALUE, rule.safeThrough(MILLI));
  }

  @Test
  void aRecordIsSafeWhenTheStandbyHasIt() {
    rule.durable(7, 0);
    rule.mirrored(5, MILLI);
    assertEquals(Step.IN_STEP, at(1));
    assertEquals(5, rule.safeThrough(MILLI));
    rule.mirrored(7, 2 * MILLI);
    assertEquals(7, rule.safeThrough(2 * MILLI));
    assertEquals(0, rule.lagNanos(3 * MILLI));
  }

  @Test
  void oneThatIsNotHeardOfAnyMoreIsNotWaitedFor() {
    rule.durable(7, 0);
    rule.mirrored(5, 0);
    assertEquals(Step.IN_STEP, at(50));
    assertEquals(Step.ALONE, at(51));
    rule.mirrored(6, 52 * MILLI);
    // What was durable at 0 is there only in part, but for less than the bound.
    assertEquals(Step.BEHIND, at(52));
  }

  @Test
  void oneThatIsSlowIsWaitedForAgainWhenItHasCaughtUpToHalfTheBound() {
    rule.durable(1, 0);
    rule.mirrored(0, 0);
    rule.durable(2, 60 * MILLI);
    rule.mirrored(0, 90 * MILLI);
    assertEquals(Step.IN_STEP, at(100));
    assertEquals(Step.BEHIND, at(101));
    rule.mirrored(1, 111 * MILLI);
    assertEquals(Step.BEHIND, at(111));
    rule.durable(3, 112 * MILLI);
    rule.mirrored(2, 115 * MILLI);
    assertEquals(Step.IN_STEP, at(115));
  }

  @Test
  void anotherStandbyThatHasNothingIsNotInStep() {
    rule.durable(7, 0);
    rule.mirrored(7, 0);
    rule.parted();
    assertEquals(Step.ALONE, at(1));
    rule.mirrored(0, 2 * MILLI);
    assertEquals(Step.BEHIND, at(2));
    assertEquals(Long.MAX_VALUE, rule.lagNanos(2 * MILLI));
    rule.mirrored(7, 3 * MILLI);
    assertEquals(Step.IN_STEP, at(3));
  }

  @Test
  void oneThatLostWhatItHadIsNotInStep() {
    rule.durable(7, 0);
    rule.mirrored(7, 0);
    rule.durable(8, MILLI);
    rule.mirrored(3, 2 * MILLI);
    assertEquals(Step.BEHIND, at(2));
  }

  @Test
  void howMuchIsRememberedIsBoundedOnTheSafeSide() {
    rule.mirrored(0, 0);
    for (var number = 1; number <= 5_000; number++) {
      rule.durable(number, number);
    }
    rule.mirrored(4_000, 5_000);
    // The last mark stands for all that found no room, with the time of the first of them.
    assertTrue(rule.lagNanos(6_000) >= 2_000, "lag");
    rule.mirrored(5_000, 5_001);
    assertEquals(0, rule.lagNanos(6_000));
  }
}
