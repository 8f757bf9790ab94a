package dev.weft.fabric.embedded;

import dev.weft.fabric.pipeline.FabricClock;
import java.time.Instant;

/** The machine's own clocks. */
enum SystemClock implements FabricClock {
  INSTANCE;

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }
}
