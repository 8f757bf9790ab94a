package dev.weft.app.mishap;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether a run is to end before its end, and pauses that end with it. Threadsafe. */
final class Stopping {

  private final CountDownLatch asked = new CountDownLatch(1);

  void ask() {
    asked.countDown();
  }

  boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** Returns after so long, or when the run is to end. */
  void pause(Duration longest) throws InterruptedException {
    var _ = asked.await(longest.toNanos(), TimeUnit.NANOSECONDS);
  }
}
