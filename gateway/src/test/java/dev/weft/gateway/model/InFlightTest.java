package dev.weft.gateway.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(60);

  private final InFlight inFlight = new InFlight();

  @Test
  void outlastsThoseInsideAndNotThoseWhoCameSince() throws InterruptedException {
    var before = enter();
    var outlasted = new CountDownLatch(1);
    var waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    if (inFlight.outlast(LONG)) {
                      outlasted.countDown();
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    while (waiting.getState() != Thread.State.TIMED_WAITING) {
      LockSupport.parkNanos(1_000_000);
    }
    try (var _ = enter()) {
      assertEquals(1, outlasted.getCount(), "one is inside who came before");
      before.close();
      assertTrue(outlasted.await(60, TimeUnit.SECONDS), "though one is inside who came since");
    }
  }

  @Test
  void whoIsNotOutlastedInTimeIsWaitedForTheNextTime() throws InterruptedException {
    var first = enter();
    assertFalse(inFlight.outlast(SOON));
    assertFalse(inFlight.outlast(SOON));
    first.close();
    assertTrue(inFlight.outlast(SOON));
  }

  @Test
  void leavingTwiceCountsOnce() throws InterruptedException {
    var first = enter();
    var second = enter();
    first.close();
    first.close();
    assertFalse(inFlight.outlast(SOON), "the second is inside");
    second.close();
    assertTrue(inFlight.outlast(SOON));
  }

  @Test
  void drainingWaitsForThoseOfAllTurnsAndLetsNobodyIn() throws Exception {
    var first = enter();
    assertFalse(inFlight.outlast(SOON));
    var second = enter();
    assertFalse(inFlight.drain(SOON));
    assertEquals(Optional.empty(), inFlight.enter());
    first.close();
    assertFalse(inFlight.drain(SOON));
    second.close();
    assertTrue(inFlight.drain(SOON));
  }

  private Stay enter() {
    return inFlight.enter().orElseThrow();
  }
}
