package dev.weft.app.tracing;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The time one replay beside a server has, of which it takes only what frames leave: it goes on
 * while a loop is idle. Threadsafe but for the waiting, which is for the thread that replays.
 */
final class ReplayTime {

  private static final Duration LOOK_EVERY = Duration.ofMillis(2);

  private final Duration most;
  private final LongSupplier nanoTime;
  private final BooleanSupplier isFree;
  private final long started;
  private volatile boolean isOver;

  /**
   * @param most from now on
   * @param isFree whether an inference loop has nothing to do
   */
  ReplayTime(Duration most, LongSupplier nanoTime, BooleanSupplier isFree) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.isFree = isFree;
    this.started = nanoTime.getAsLong();
  }

  /** Has it end where it next looks. */
  void end() {
    isOver = true;
  }

  /**
   * @throws WeftException if the time is over, or it was ended
   */
  void check() {
    if (isOver) {
      throw new WeftException(ErrorCode.CANCELLED, "the replay was ended, as the server ends");
    }
    if (nanoTime.getAsLong() - started > most.toNanos()) {
      throw new WeftException(
          ErrorCode.DEADLINE_EXCEEDED,
          "not replayed within %d s, as frames come first (expected: a server with less to do)"
              .formatted(most.toSeconds()));
    }
  }

  /**
   * Waits until a loop is idle. It looks again and again, as being told would cost every frame.
   *
   * @throws WeftException as {@link #check}
   */
  void awaitTurn() {
    check();
    while (!isFree.getAsBoolean()) {
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        end();
      }
      check();
    }
  }
}
