package dev.weft.gateway.round;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RoundsTest {

  private static final Duration SOON = Duration.ofMillis(1);

  @Test
  void aRoundThatFailsEndsNone() throws InterruptedException {
    var three = new CountDownLatch(3);
    try (var _ =
        Rounds.begin(
            "a-test",
            SOON,
            () -> {
              three.countDown();
              throw new IllegalStateException("as a test wishes");
            })) {
      assertTrue(three.await(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void oneIsNotBegunBeforeTheOneBeforeHasEnded() throws InterruptedException {
    var isInside = new AtomicBoolean();
    var isTwice = new AtomicBoolean();
    var many = new CountDownLatch(50);
    try (var _ =
        Rounds.begin(
            "a-test",
            SOON,
            () -> {
              isTwice.compareAndSet(false, isInside.getAndSet(true));
              Thread.yield();
              isInside.set(false);
              many.countDown();
            })) {
      assertTrue(many.await(10, TimeUnit.SECONDS));
    }
    assertFalse(isTwice.get());
  }

  @Test
  void closingInterruptsTheRoundThatIsUnderWay() throws InterruptedException {
    var begun = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var rounds =
        Rounds.begin(
            "a-test",
            SOON,
            () -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            });
    assertTrue(begun.await(10, TimeUnit.SECONDS));

    rounds.close();

    assertTrue(interrupted.await(10, TimeUnit.SECONDS));
  }
}
