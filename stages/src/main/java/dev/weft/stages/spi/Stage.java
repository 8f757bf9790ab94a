package dev.weft.stages.spi;

import dev.weft.stages.tensor.Tensor;
import java.util.List;

/**
 * One step of a pipeline: takes tensors, gives tensors, keeps nothing of a frame.
 *
 * <p>Inputs are borrowed: a run neither closes nor changes them, and retains those it hands on.
 * Outputs are given away: whoever called {@link #run} closes them. A run that throws has closed
 * what it had allocated.
 */
public interface Stage extends AutoCloseable {

  /** How many threads may be inside {@link #run} of one instance at a time. */
  enum Concurrency {
    /** Any number: one instance serves all replicas. */
    SHARED,
    /** One: every replica gets an instance of its own. */
    PER_REPLICA
  }

  /** The contract this instance keeps, at least as strict as the manifest's. */
  Signature signature();

  default Concurrency concurrency() {
    return Concurrency.SHARED;
  }

  /**
   * Whether every run ends soon, by itself or after its cancellation. Then a caller who waits for
   * an answer may run it on the calling thread, which spares two wake-ups. A stage that cannot
   * promise that says false: its runs stay on Weft's threads, and its callers get their answer at
   * the deadline whatever it does.
   */
  default boolean endsSoon() {
    return false;
  }

  /**
   * Gets ready for the first frame, for example by a warm-up run. Called once, before any run.
   *
   * @throws StageException if the stage cannot serve
   */
  default void prepare(RunContext context) {}

  /**
   * Computes one frame's outputs, in the order of {@link Signature#outputs()}.
   *
   * @param inputs in the order of {@link Signature#inputs()}, held to the signature by {@link
   *     ShapeCheck}; their content may be anything, byte strings that do not add up included
   * @throws StageException if the inputs cannot be worked on or the work failed
   * @throws dev.weft.stages.tensor.TensorMemoryException if the context lends no memory for outputs
   */
  List<Tensor> run(RunContext context, List<Tensor> inputs);

  /** Memory held outside the Java heap for as long as the stage is open, in bytes; 0 if unknown. */
  default long nativeBytes() {
    return 0;
  }

  /** Frees everything; further calls do nothing. Never called while a run is under way. */
  @Override
  void close();
}
