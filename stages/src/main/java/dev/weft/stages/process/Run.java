package dev.weft.stages.process;

import dev.weft.stages.spi.AsyncStage.Completion;
import dev.weft.stages.spi.Cancellation.Registration;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run on the parent's side. Whoever takes it out of the {@link RunBook} ends it, once. */
final class Run {

  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  private final RunContext context;
  private final List<Tensor> inputs;
  private final List<Placement> placements;
  private final List<Tensor> copies;
  private final Completion done;
  private @Nullable Registration registration;
  private boolean ended;

  /**
   * @param placements where the inputs lie in the region of inputs
   * @param copies tensors of ours made for that, closed at the end
   */
  Run(
      RunContext context,
      List<Tensor> inputs,
      List<Placement> placements,
      List<Tensor> copies,
      Completion done) {
    this.context = context;
    this.inputs = inputs;
    this.placements = placements;
    this.copies = copies;
    this.done = done;
  }

  List<Tensor> inputs() {
    return inputs;
  }

  void writeTo(Slot slot) {
    slot.request(context.seed(), context.admittedAt(), placements);
    if (context.cancellation().isCancelled()) {
      slot.cancel();
    }
  }

  /** Keeps what ends with the run; ends it at once if the run has ended. */
  void keep(Registration cancellation) {
    synchronized (this) {
      if (!ended) {
        registration = cancellation;
        return;
      }
    }
    cancellation.close();
  }

  void complete(List<Tensor> outputs) {
    release();
    try {
      done.completed(outputs);
    } catch (RuntimeException e) {
      LOG.error("a completion threw (expected: nothing)", e);
    }
  }

  void fail(StageException why) {
    release();
    try {
      done.failed(why);
    } catch (RuntimeException e) {
      LOG.error("a completion threw (expected: nothing)", e);
    }
  }

  /** Fails from within the cancellation's own action, which may not end its registration. */
  void failCancelled() {
    synchronized (this) {
      registration = null;
    }
    fail(new StageException(ErrorCode.CANCELLED, "cancelled before it began"));
  }

  private void release() {
    @Nullable Registration kept;
    synchronized (this) {
      ended = true;
      kept = registration;
    }
    if (kept != null) {
      kept.close();
    }
    copies.forEach(Tensor::close);
  }
}
