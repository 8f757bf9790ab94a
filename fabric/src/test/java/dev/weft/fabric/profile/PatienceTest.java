package dev.weft.fabric.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

  private static final long SECOND = 1_000_000_000;
  private static final long MILLI = 1_000_000;
  private static final ServiceTime OWN = new ServiceTime(5 * MILLI, 6 * MILLI);

  private final Patience patience = new Patience();
  private long now;

  private long within() {
    return patience.within(SECOND, OWN, now);
  }

  /** Whether callers who all leave after 50 ms have been noticed by the time the last has left. */
  private boolean leave(int callers) {
    for (var i = 0; i < callers; i++) {
      patience.left(50 * MILLI, now);
    }
    return within() < SECOND;
  }

  @Test
  void aQueueIsNotLetGrowLongerThanCallersWait() {
    assertEquals(SECOND, within());
    assertTrue(leave(32));
    assertTrue(within() > 35 * MILLI && within() <= 50 * MILLI, within() + " ns");
  }

  @Test
  void aFewWhoLeaveAmongManyWhoAreAnsweredChangeNothing() {
    for (var round = 0; round < 1_000; round++) {
      leave(1);
      patience.answered();
      patience.answered();
      assertEquals(SECOND, within());
    }
  }

  @Test
  void isForgottenAndHeldTwiceAsLongIfItWasStillSo() {
    var hold = Patience.FIRST_HOLD;
    for (var round = 0; round < 8; round++) {
      assertTrue(leave(32));
      now += hold.toNanos() - 1;
      assertTrue(within() < SECOND);
      now += 1;
      assertEquals(SECOND, within());
      var twice = hold.multipliedBy(2);
      hold = twice.compareTo(Patience.LONGEST_HOLD) > 0 ? Patience.LONGEST_HOLD : twice;
    }
    now += Duration.ofHours(1).toNanos();
    assertTrue(leave(32));
    now += Patience.FIRST_HOLD.toNanos();
    assertEquals(SECOND, within(), "long ago");
  }

  @Test
  void callersWhoNeverWaitAsLongAsAFrameTakesAreNotBelieved() {
    for (var i = 0; i < 32; i++) {
      patience.left(MILLI, now);
    }
    assertEquals(2 * OWN.p95Nanos(), within());
  }
}
