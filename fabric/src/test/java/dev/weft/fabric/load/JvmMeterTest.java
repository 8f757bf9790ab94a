package dev.weft.fabric.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** On the JVM that runs the tests. */
class JvmMeterTest {

  private static final long BURNT_NANOS = 20_000_000;

  @Test
  void countsAThreadOfTheProgram() throws InterruptedException {
    var meter = new JvmMeter("weft-");
    var before = meter.programNanos().orElseThrow();
    burnWhile("someone", () -> meter.programNanos().orElseThrow() - before < BURNT_NANOS);
  }

  @Test
  void countsNoThreadOfWeft() throws InterruptedException {
    // Everything else that runs here has a name that begins with nothing, too.
    var meter = new JvmMeter("");
    var other = new JvmMeter("no such name");
    var before = other.programNanos().orElseThrow();
    burnWhile("weft-loop-0", () -> other.programNanos().orElseThrow() - before < BURNT_NANOS);
    assertEquals(0, meter.programNanos().orElseThrow());
  }

  @Test
  void tellsSharesOfWhatThereIs() {
    var meter = new JvmMeter("weft-");
    var heap = meter.heapUsedShare().orElseThrow();
    assertTrue(heap > 0 && heap <= 1, "heap " + heap);
    assertTrue(meter.cores() >= 1);
    assertTrue(meter.ownNanos().orElseThrow() > 0);
  }

  private interface Condition {
    boolean holds();
  }

  /** Burns in another thread for as long as the condition holds. */
  private static void burnWhile(String name, Condition condition) throws InterruptedException {
    var isOver = new AtomicBoolean();
    var started = new CountDownLatch(1);
    var thread =
        new Thread(
            () -> {
              started.countDown();
              while (!isOver.get()) {
                Thread.onSpinWait();
              }
            },
            name);
    thread.start();
    try {
      started.await();
      while (condition.holds()) {
        Thread.onSpinWait();
      }
    } finally {
      isOver.set(true);
      thread.join();
    }
  }
}
