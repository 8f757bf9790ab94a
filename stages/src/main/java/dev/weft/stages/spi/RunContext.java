package dev.weft.stages.spi;

import dev.weft.stages.tensor.TensorAllocator;
import java.time.Instant;

/**
 * The world as one run sees it. Time and randomness reach a stage only from here, so that a
 * recorded run can be repeated.
 */
public interface RunContext {

  /** Lends memory for outputs. */
  TensorAllocator tensors();

  Cancellation cancellation();

  /** Wall time at which the frame was admitted; the same for every stage of one frame. */
  Instant admittedAt();

  /** Seed for all randomness of this run. */
  long seed();
}
