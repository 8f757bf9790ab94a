package dev.weft.gateway.http;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The heap that requests may take while they are read, handed out in the order they come. */
final class ReadingBudget {

  private static final int UNIT_BYTES = 1024;

  private final int unitsMax;
  private final Semaphore free;
  private final Duration wait;

  ReadingBudget(int bytesMax, Duration wait) {
    this.unitsMax = bytesMax / UNIT_BYTES;
    this.free = new Semaphore(unitsMax, true);
    this.wait = wait;
  }

  /** A part of the budget; back when it is closed. */
  final class Part implements AutoCloseable {
    private final int units;

    private Part(int units) {
      this.units = units;
    }

    @Override
    public void close() {
      free.release(units);
    }
  }

  /**
   * Takes what a request may need, which must be within the whole budget.
   *
   * @throws WeftException with {@link ErrorCode#OVERLOADED} if it does not come free in time
   */
  Part take(long bytes) {
    var units = (int) Math.min((bytes + UNIT_BYTES - 1) / UNIT_BYTES, unitsMax);
    try {
      if (units == 0 || free.tryAcquire(units, wait.toNanos(), TimeUnit.NANOSECONDS)) {
        return new Part(units);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeftException(ErrorCode.UNAVAILABLE, "interrupted while waiting to be read");
    }
    throw new WeftException(
        ErrorCode.OVERLOADED,
        "body: no memory free to read it within %s (expected: try again later)".formatted(wait));
  }
}
