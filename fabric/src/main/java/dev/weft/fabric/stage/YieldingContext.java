package dev.weft.fabric.stage;

import dev.weft.fabric.pipeline.CancelAction;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame as one of its runs sees it when that run may have to make room: cancelled with the frame,
 * or alone by {@link #yield}. Threadsafe.
 */
final class YieldingContext implements RunContext, Cancellation {

  private final RunContext frame;
  private final List<CancelAction> actions = new ArrayList<>(1);
  private boolean yielded;

  YieldingContext(RunContext frame) {
    this.frame = frame;
  }

  /** Ends the run early; the frame goes on. */
  synchronized void yield() {
    yielded = true;
    // Under the lock, so that a registration closed in time never runs its action.
    actions.forEach(CancelAction::run);
    actions.clear();
  }

  /** Whether the run was told to make room. */
  synchronized boolean hasYielded() {
    return yielded;
  }

  @Override
  public boolean isCancelled() {
    return hasYielded() || frame.cancellation().isCancelled();
  }

  @Override
  public Registration onCancel(Runnable action) {
    var once = new CancelAction(action);
    var ofFrame = frame.cancellation().onCancel(once);
    synchronized (this) {
      if (yielded) {
        once.run();
      } else {
        actions.add(once);
      }
    }
    return () -> {
      ofFrame.close();
      synchronized (this) {
        actions.remove(once);
      }
    };
  }

  @Override
  public Cancellation cancellation() {
    return this;
  }

  @Override
  public TensorAllocator tensors() {
    return frame.tensors();
  }

  @Override
  public Instant admittedAt() {
    return frame.admittedAt();
  }

  @Override
  public long seed() {
    return frame.seed();
  }
}
