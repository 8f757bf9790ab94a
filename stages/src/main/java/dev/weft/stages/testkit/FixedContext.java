package dev.weft.stages.testkit;

import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Instant;

/** A run context whose every answer is given beforehand; for tests, tools and benches. */
public record FixedContext(
    TensorAllocator tensors, Cancellation cancellation, Instant admittedAt, long seed)
    implements RunContext {

  /** A context that is never cancelled, admitted at the epoch, with seed 0. */
  public static FixedContext of(TensorAllocator tensors) {
    return new FixedContext(tensors, Cancellation.NEVER, Instant.EPOCH, 0);
  }

  public FixedContext withCancellation(Cancellation other) {
    return new FixedContext(tensors, other, admittedAt, seed);
  }
}
