package dev.weft.fabric.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StageBreakerTest {

  private final StageBreaker breaker = new StageBreaker();
  private long now;

  private boolean lostAfter(Duration pause) {
    now += pause.toNanos();
    return breaker.lost(now);
  }

  @Test
  void opensAtTheThirdLostRunWithinTheWindow() {
    assertFalse(lostAfter(Duration.ZERO));
    assertFalse(lostAfter(Duration.ofMinutes(3)));
    assertFalse(lostAfter(Duration.ofMinutes(3)), "the first is out of the window");
    assertFalse(breaker.isOpen(now));
    assertTrue(lostAfter(Duration.ofMinutes(1)));
    assertTrue(breaker.isOpen(now));
    assertEquals(StageBreaker.FIRST_PAUSE, breaker.left(now));
    assertFalse(breaker.isOpen(now + StageBreaker.FIRST_PAUSE.toNanos()));
  }

  @Test
  void oneLostSoonAfterAPauseDoublesItUpToABound() {
    opened();
    for (var pause = StageBreaker.FIRST_PAUSE;
        pause.compareTo(StageBreaker.LONGEST_PAUSE) < 0;
        pause = breaker.left(now)) {
      var twice = pause.multipliedBy(2);
      assertTrue(lostAfter(pause.plusMillis(1)));
      var longest = StageBreaker.LONGEST_PAUSE;
      assertEquals(twice.compareTo(longest) > 0 ? longest : twice, breaker.left(now));
    }
    assertTrue(lostAfter(StageBreaker.LONGEST_PAUSE.plusMillis(1)));
    assertEquals(StageBreaker.LONGEST_PAUSE, breaker.left(now), "a long pause is not forgotten");
  }

  @Test
  void thoseLostDuringAPauseDoNotLengthenIt() {
    opened();
    assertTrue(lostAfter(Duration.ofSeconds(1)));
    assertEquals(StageBreaker.FIRST_PAUSE.minusSeconds(1), breaker.left(now));
  }

  @Test
  void aWindowWithoutALossForgetsThePauses() {
    opened();
    now += StageBreaker.FIRST_PAUSE.plus(StageBreaker.WINDOW).toNanos();
    assertFalse(lostAfter(Duration.ofMillis(1)));
    assertFalse(lostAfter(Duration.ofMillis(1)));
    assertTrue(lostAfter(Duration.ofMillis(1)));
    assertEquals(StageBreaker.FIRST_PAUSE, breaker.left(now));
  }

  private void opened() {
    for (var run = 1; run < StageBreaker.LOST_MAX; run++) {
      assertFalse(breaker.lost(now));
    }
    assertTrue(breaker.lost(now));
  }
}
