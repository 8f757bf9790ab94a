package dev.weft.stages.process;

import dev.weft.stages.spi.AsyncStage;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import dev.weft.stages.tensor.TensorPool;
import java.util.ArrayList;
import java.util.List;

/**
 * A stage that runs in a process of its own. Threadsafe; runs are taken one by one.
 *
 * <p>Inputs allocated from {@link #tensors()} are seen by the process where they lie; others are
 * copied there, which is counted in the pool the stage was set up with. Outputs are seen where the
 * process wrote them, and an input that the stage hands on comes back as the very same tensor.
 */
public final class ProcessStage implements AsyncStage {

  private final Supervisor supervisor;
  private final Greeting greeting;
  private final RegionFile region;
  private final TensorPool inputs;
  private final TensorPool caller;
  private final int credits;

  /**
   * @param inputs lends tensors in {@code region}, which the process sees; closed with the stage
   * @param caller where copies are counted
   */
  ProcessStage(
      Supervisor supervisor,
      Greeting greeting,
      RegionFile region,
      TensorPool inputs,
      TensorPool caller,
      int credits) {
    this.supervisor = supervisor;
    this.greeting = greeting;
    this.region = region;
    this.inputs = inputs;
    this.caller = caller;
    this.credits = credits;
  }

  @Override
  public Signature signature() {
    return greeting.signature();
  }

  /** Lends tensors that cross to the process without a copy. They may outlive the stage. */
  public TensorAllocator tensors() {
    return inputs;
  }

  public ProcessHealth health() {
    return supervisor.health();
  }

  @Override
  public int credits() {
    return credits;
  }

  @Override
  public void start(RunContext context, List<Tensor> given, Completion done) {
    var copies = new ArrayList<Tensor>();
    Run run;
    try {
      var placements = new ArrayList<Placement>(given.size());
      for (var input : given) {
        placements.add(placed(input, copies));
      }
      if (!Slot.fits(placements)) {
        throw new StageException(
            ErrorCode.INVALID_INPUT,
            "inputs: %d (expected: as many as fit a slot)".formatted(given.size()));
      }
      run = new Run(context, given, placements, copies, done);
    } catch (StageException e) {
      copies.forEach(Tensor::close);
      done.failed(e);
      return;
    }
    var refused = supervisor.add(run);
    if (refused.isPresent()) {
      run.fail(refused.get());
    } else if (context.cancellation() != Cancellation.NEVER) {
      run.keep(context.cancellation().onCancel(() -> supervisor.cancel(run)));
    }
  }

  private Placement placed(Tensor input, List<Tensor> copies) {
    if (Placement.isInside(input, region.memory())) {
      return Placement.of(0, input, region.memory());
    }
    try {
      var copy = inputs.copyOf(input);
      copies.add(copy);
      caller.countCopy(input.byteSize());
      return Placement.of(0, copy, region.memory());
    } catch (TensorMemoryException e) {
      throw new StageException(ErrorCode.OUT_OF_MEMORY, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public long nativeBytes() {
    return greeting.nativeBytes();
  }

  @Override
  public void close() {
    supervisor.close();
    region.unlink();
    inputs.close();
  }
}
