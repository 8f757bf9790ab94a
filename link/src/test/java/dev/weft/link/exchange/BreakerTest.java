package dev.weft.link.exchange;

import static dev.weft.link.exchange.Breaker.State.CLOSED;
import static dev.weft.link.exchange.Breaker.State.HALF_OPEN;
import static dev.weft.link.exchange.Breaker.State.OPEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BreakerTest {

  private static final long MILLI = 1_000_000;

  private final BreakerRule rule =
      new BreakerRule(3, Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofMillis(1_000));
  private final Breaker breaker = new Breaker(rule, new Random(1), 0);

  private void fails(long atMillis) {
    breaker.connecting();
    breaker.failed(atMillis * MILLI);
  }

  @Test
  void opensAfterSoManyFailuresInARow() {
    fails(0);
    fails(10);
    assertEquals(CLOSED, breaker.state());
    assertFalse(breaker.mayConnect(19 * MILLI));
    assertTrue(breaker.mayConnect(20 * MILLI));
    fails(20);
    assertEquals(OPEN, breaker.state());
    assertFalse(breaker.mayConnect(69 * MILLI));
    assertTrue(breaker.mayConnect(120 * MILLI));
  }

  @Test
  void aConnectionForgivesTheFailuresBefore() {
    fails(0);
    fails(10);
    breaker.connected(20 * MILLI);
    breaker.failed(30 * MILLI);
    assertEquals(CLOSED, breaker.state());
  }

  @Test
  void opensAtOnceWhenAConnectionStandsStill() {
    breaker.connected(0);
    breaker.stalled(10 * MILLI);
    assertEquals(OPEN, breaker.state());
    assertFalse(breaker.isClosed());
  }

  @Test
  void oneAttemptDecidesWhenHalfOpen() {
    breaker.stalled(0);
    breaker.connecting();
    assertEquals(HALF_OPEN, breaker.state());
    assertFalse(breaker.isClosed());
    breaker.failed(100 * MILLI);
    assertEquals(OPEN, breaker.state());
    breaker.connecting();
    breaker.connected(400 * MILLI);
    assertEquals(CLOSED, breaker.state());
  }

  @Test
  void isOpenForLongerEachTimeUpToABound() {
    var pauses = new long[8];
    for (var i = 0; i < pauses.length; i++) {
      breaker.stalled(0);
      pauses[i] = breaker.nextTryNanos() / MILLI;
      var most = Math.min(1_000, 100L << i);
      assertTrue(pauses[i] >= most / 2 && pauses[i] <= most, i + ": " + pauses[i]);
    }
  }

  @Test
  void whatHeldForLongBeginsWithAShortPauseAgain() {
    for (var i = 0; i < 5; i++) {
      breaker.stalled(0);
    }
    breaker.connected(0);
    breaker.stalled(999 * MILLI);
    assertTrue(breaker.nextTryNanos() >= (999 + 500) * MILLI);
    breaker.connected(2_000 * MILLI);
    breaker.stalled(3_000 * MILLI);
    assertTrue(breaker.nextTryNanos() <= 3_100 * MILLI);
  }
}
