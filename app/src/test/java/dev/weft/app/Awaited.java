package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;

/** What tests of whole nodes wait for, which nobody tells them. */
final class Awaited {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private Awaited() {}

  /** What is looked at again and again; may ask nodes. */
  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  /** Waits until it holds, for a minute at most. */
  static void await(String what, Condition condition) throws IOException, InterruptedException {
    var deadline = System.nanoTime() + WITHIN.toNanos();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < deadline, what + " within " + WITHIN);
      Thread.sleep(INTERVAL);
    }
  }
}
