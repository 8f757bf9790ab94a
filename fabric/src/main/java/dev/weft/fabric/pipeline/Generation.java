package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One deployed state of a pipeline: a plan and the stages that run it. Immutable but for the count
 * of frames inside, so that frames of two generations can run side by side while one replaces the
 * other.
 */
public final class Generation implements FrameHome {

  /**
   * The replicas that run one arm of one step.
   *
   * @param byLoop one inlet per inference loop
   */
  public record Replicas(List<StageInlet> byLoop) {
    public Replicas {
      byLoop = List.copyOf(byLoop);
    }
  }

  /** Finds the replicas of an arm. */
  public interface ReplicaLookup {
    Replicas of(PlanStep step, int arm);
  }

  /** Top bit of {@link #inside}: no frame may enter any more. */
  private static final long CLOSED = Long.MIN_VALUE;

  private final Plan plan;
  private final PipelineDoor door;
  private final TensorPool tensors;
  private final FabricClock clock;
  private final StageInlet[][][] inlets;
  private final @Nullable Tensor[][] constants;
  private final AtomicLong inside = new AtomicLong();
  private final CompletableFuture<Void> retired = new CompletableFuture<>();

  public Generation(
      Plan plan, PipelineDoor door, ReplicaLookup replicas, TensorPool tensors, FabricClock clock) {
    this.plan = plan;
    this.door = door;
    this.tensors = tensors;
    this.clock = clock;
    this.inlets = new StageInlet[plan.steps().size()][][];
    for (var step : plan.steps()) {
      var arms = new StageInlet[step.arms().size()][];
      for (var arm = 0; arm < arms.length; arm++) {
        arms[arm] = replicas.of(step, arm).byLoop().toArray(StageInlet[]::new);
      }
      inlets[step.index()] = arms;
    }
    this.constants = constants(plan, tensors);
  }

  /** Lets a frame in, unless this generation is being retired. */
  boolean tryEnter() {
    for (var now = inside.get(); now >= 0; now = inside.get()) {
      if (inside.compareAndSet(now, now + 1)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Lets no further frame in.
   *
   * @return done when the last frame has left
   */
  CompletionStage<Void> retire() {
    var before = inside.getAndUpdate(now -> now | CLOSED);
    if (before == 0) {
      finish();
    }
    return retired;
  }

  @Override
  public Plan plan() {
    return plan;
  }

  @Override
  public Tensor constant(PlanStep step, int output) {
    var tensor = constants[step.index()][output];
    if (tensor == null) {
      throw new IllegalStateException(
          "step '%s' has no constant for output %d".formatted(step.name(), output));
    }
    return tensor;
  }

  @Override
  public StageInlet inlet(PlanStep step, int arm, int loop) {
    return inlets[step.index()][arm][loop];
  }

  @Override
  public TensorAllocator tensors() {
    return tensors;
  }

  @Override
  public FabricClock clock() {
    return clock;
  }

  @Override
  public void answered(Answer answer) {
    door.counters().ended(answer);
  }

  @Override
  public void left(Frame frame) {
    door.left(frame);
    if (inside.decrementAndGet() == CLOSED) {
      finish();
    }
  }

  private void finish() {
    for (var ofStep : constants) {
      for (var tensor : ofStep) {
        if (tensor != null) {
          tensor.close();
        }
      }
    }
    retired.complete(null);
  }

  private static @Nullable Tensor[][] constants(Plan plan, TensorPool tensors) {
    var made = new ArrayList<Tensor>();
    var constants = new Tensor[plan.steps().size()][];
    try {
      for (var step : plan.steps()) {
        constants[step.index()] = new Tensor[step.standIns().size()];
        for (var i = 0; i < step.standIns().size(); i++) {
          if (step.standIns().get(i).isPresent()
              && step.standIns().get(i).get().declared()
                  instanceof StandIn.Constant(var shape, var values)) {
            var datatype = step.signature().outputs().get(i).datatype();
            var tensor = Elements.filled(tensors, datatype, shape, values);
            made.add(tensor);
            constants[step.index()][i] = tensor;
          }
        }
      }
    } catch (RuntimeException e) {
      made.forEach(Tensor::close);
      throw e;
    }
    return constants;
  }
}
