package dev.weft.fabric.replay;

import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One recorded frame on its way through the plan again; time and seed are those of the record. */
final class ReplayFrame implements RunContext, AutoCloseable {

  private final FrameRecord record;
  private final Plan plan;
  private final TensorAllocator tensors;
  private final @Nullable Tensor[] slots;
  private final int[] waitingFor;
  private final Queue<PlanStep> ready = new ArrayDeque<>();
  private boolean isCut;

  /**
   * @param inputs by slot, some of them absent; taken over
   */
  ReplayFrame(FrameRecord record, Plan plan, TensorAllocator tensors, @Nullable Tensor[] inputs) {
    this.record = record;
    this.plan = plan;
    this.tensors = tensors;
    this.slots = new @Nullable Tensor[plan.slotCount()];
    System.arraycopy(inputs, 0, slots, 0, inputs.length);
    this.waitingFor = new int[plan.steps().size()];
    for (var step : plan.steps()) {
      waitingFor[step.index()] = step.dependencies();
      if (step.dependencies() == 0) {
        ready.add(step);
      }
    }
  }

  FrameRecord record() {
    return record;
  }

  Plan plan() {
    return plan;
  }

  /** The next step whose turn it is; null if none is, as all are done or wait. */
  @Nullable PlanStep poll() {
    return ready.poll();
  }

  /** Whether some step was not done as it was not reached, so that outputs may be missing. */
  boolean isCut() {
    return isCut;
  }

  /** Takes note that nothing behind {@code step} is done. */
  void cutAt() {
    isCut = true;
  }

  @Nullable Tensor at(int slot) {
    return slots[slot];
  }

  /** Borrowed; null if one of them is absent. */
  @Nullable List<Tensor> inputs(PlanStep step) {
    var inputs = new ArrayList<Tensor>();
    for (var slot : step.inputSlots()) {
      var tensor = slots[slot];
      if (tensor == null) {
        return null;
      }
      inputs.add(tensor);
    }
    return inputs;
  }

  /** Takes over what {@code step} gave and goes on behind it. */
  void done(PlanStep step, List<Tensor> outputs) {
    for (var i = 0; i < outputs.size(); i++) {
      slots[step.firstOutputSlot() + i] = outputs.get(i);
    }
    goOnBehind(step);
  }

  /** Puts a stand-in where {@code step} would have put its output. */
  void put(PlanStep step, int output, Tensor standIn) {
    slots[step.firstOutputSlot() + output] = standIn;
  }

  void goOnBehind(PlanStep step) {
    for (var successor : step.successors()) {
      if (--waitingFor[successor] == 0) {
        ready.add(plan.steps().get(successor));
      }
    }
  }

  @Override
  public TensorAllocator tensors() {
    return tensors;
  }

  @Override
  public Cancellation cancellation() {
    return Cancellation.NEVER;
  }

  @Override
  public Instant admittedAt() {
    return record.admittedAt();
  }

  @Override
  public long seed() {
    return record.seed();
  }

  @Override
  public void close() {
    for (var slot = 0; slot < slots.length; slot++) {
      var tensor = slots[slot];
      slots[slot] = null;
      if (tensor != null) {
        tensor.close();
      }
    }
  }
}
