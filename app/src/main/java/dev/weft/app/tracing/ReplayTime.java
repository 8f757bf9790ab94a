package dev.weft.app.tracing;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The time one replay beside a server has, of which it takes only what frames leave: it goes on
 * while it may. Threadsafe but for the waiting, which is for the thread that replays.
 */
final class ReplayTime {

  private static final Duration LOOK_EVERY = Duration.ofMillis(2);

  private final Duration most;
  private final LongSupplier nanoTime;
  private final BooleanSupplier isFree;
  private final long started;
  private long waitedNanos;
  private volatile boolean isOver;

  /**
   * @param most from now on
   * @param isFree whether a run may begin, as an inference loop has nothing to do and load has no
   *     background frames wait
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
      throw new WeftException(ErrorCode.UNAVAILABLE, "the replay was ended, as the server ends");
    }
    if (nanoTime.getAsLong() - started > most.toNanos()) {
      throw new WeftException(
          ErrorCode.DEADLINE_EXCEEDED,
          "not replayed within %d s, of which %d s went by until what is served let it run"
                  .formatted(
                      most.toSeconds(),
                      Duration.ofNanos(Math.min(waitedNanos, most.toNanos())).toSeconds())
              + " (expected: a server with less to do, or 'weft replay')");
    }
  }

  /**
   * Waits until a run may begin. It looks again and again, as being told would cost every frame.
   *
   * @throws WeftException as {@link #check}
   */
  void awaitTurn() {
    check();
    var before = waitedNanos;
    var began = nanoTime.getAsLong();
    while (!isFree.getAsBoolean()) {
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        end();
      }
      waitedNanos = before + nanoTime.getAsLong() - began;
      check();
    }
  }
}
