package dev.weft.app.tracing;

import dev.weft.fabric.pipeline.FabricClock;
import java.time.Instant;
import java.util.function.LongSupplier;

/** The machine's clocks; stages see those of the record. */
record RealClock(LongSupplier nanoTime) implements FabricClock {

  @Override
  public long nanos() {
    return nanoTime.getAsLong();
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }
}
