package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.profile.AdmissionRule;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.fabric.profile.ServiceTime;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * @param profile what their runs take
   */
  public record Replicas(List<StageInlet> byLoop, ServiceProfile profile) {
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
  private final NodeView node;
  private final StageInlet[][][] inlets;
  private final Expectations expectations;
  private final Scope whole;
  private final Followers deferred;
  private final Shadows shadows;
  private final Trials trials;
  private final Reruns reruns;
  private final @Nullable Tensor[][] constants;
  private final AtomicLong inside = new AtomicLong();
  private final AtomicLong lastProbe;
  private final CompletableFuture<Void> retired = new CompletableFuture<>();

  public Generation(
      Plan plan, PipelineDoor door, ReplicaLookup lookup, TensorPool tensors, NodeView node) {
    this.plan = plan;
    this.door = door;
    this.tensors = tensors;
    this.node = node;
    this.whole = Scope.whole(plan);
    this.lastProbe = new AtomicLong(node.clock().nanos() - AdmissionRule.PROBE_EVERY.toNanos());
    this.inlets = new StageInlet[plan.steps().size()][][];
    var replicas = new Replicas[plan.steps().size()][];
    for (var step : plan.steps()) {
      var arms = new Replicas[step.arms().size()];
      Arrays.setAll(arms, arm -> lookup.of(step, arm));
      replicas[step.index()] = arms;
      inlets[step.index()] =
          Arrays.stream(arms)
              .map(arm -> arm.byLoop().toArray(StageInlet[]::new))
              .toArray(StageInlet[][]::new);
    }
    this.expectations = new Expectations(plan, replicas);
    this.constants = constants(plan, tensors);
    var counters = door.counters();
    var framesMax = plan.manifest().door().maxInFlight();
    this.deferred = new Followers(this, node, Lane.BACKGROUND, counters.deferred(), framesMax);
    var inShadow = new Followers(this, node, Lane.SHADOW, counters.shadow(), framesMax);
    this.shadows = new Shadows(plan, inShadow, door::shadowObserver);
    this.trials = new Trials(plan, inShadow, door::trialObserver);
    this.reruns = new Reruns(plan, inShadow);
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
    return node.clock();
  }

  @Override
  public NodeLoad load() {
    return node.load();
  }

  @Override
  public long expectedNanos(PlanStep step) {
    return expectations.nanos(step);
  }

  /** Runs that wait before each step, by step and lane; where none do it is left out. */
  Map<String, Map<Lane, Integer>> waiting() {
    var bySteps = new LinkedHashMap<String, Map<Lane, Integer>>();
    for (var step : plan.steps()) {
      for (var lane : Lane.values()) {
        var waiting = waiting(step, lane);
        if (waiting > 0) {
          bySteps.computeIfAbsent(step.name(), _ -> new EnumMap<>(Lane.class)).put(lane, waiting);
        }
      }
    }
    return bySteps;
  }

  /** Over all variants of the step and all loops. */
  private int waiting(PlanStep step, Lane lane) {
    var waiting = 0;
    for (var arm : inlets[step.index()]) {
      for (var inlet : arm) {
        waiting += inlet.waiting(lane);
      }
    }
    return waiting;
  }

  /** What a frame is expected to take in all. */
  ServiceTime expected() {
    return expectations.total();
  }

  /** Whether a frame too slow for its deadline is let in, to see whether it still is. */
  boolean probes(ServiceTime expected, long budgetNanos, long nanos) {
    var last = lastProbe.get();
    return AdmissionRule.isHopeless(expected, budgetNanos)
        && nanos - last >= AdmissionRule.PROBE_EVERY.toNanos()
        && lastProbe.compareAndSet(last, nanos);
  }

  /** A frame that runs the whole plan. */
  Frame newFrame(Admission admitted, @Nullable Tensor[] inputs) {
    return new Frame(this, whole, admitted, whole.newSlots(inputs), Optional.empty());
  }

  @Override
  public void answered(Admission admitted, Answer answer) {
    door.answered(admitted, answer);
  }

  @Override
  public void callerLeft(long waitedNanos) {
    door.callerLeft(waitedNanos);
  }

  @Override
  public void answeredEarly() {
    node.loops().unwanted();
  }

  @Override
  public void worked(long ranNanos, boolean isWasted) {
    door.counters().worked(ranNanos, isWasted);
  }

  @Override
  public void left(Frame frame) {
    frame.tell(expectations);
    door.left(frame);
    leave();
  }

  @Override
  public Frame follower(Frame frame, Deferral deferral, TensorSlots slots) {
    return deferred.follow(frame, deferral.scope(), slots, deferral.within(), Optional.empty());
  }

  @Override
  public void launch(Frame follower) {
    deferred.start(follower);
  }

  @Override
  public void shadow(Frame frame, PlanStep step, RunTimes times, TensorSlots slots) {
    if (step.shadow().isPresent()) {
      shadows.offer(frame, step, slots);
    }
    if (step.trial().isPresent()) {
      trials.offer(frame, step, times, slots);
    }
  }

  @Override
  public void tried(
      Frame frame, PlanStep step, RunTimes times, @Nullable ErrorCode error, String message) {
    trials.ran(frame, step, times, error, message);
  }

  @Override
  public void late(Frame frame, PlanStep step, boolean hasBegun) {
    trials.late(frame, step, hasBegun);
  }

  /** Runs recorded inputs, taken over, by both arms of a step on trial; only from inside. */
  CompletableFuture<Rerun> rerun(PlanStep step, Admission admitted, @Nullable Tensor[] inputs) {
    return reruns.run(step, admitted, inputs);
  }

  /** Keeps this generation open for one more frame; only while another is inside. */
  void stay() {
    inside.incrementAndGet();
  }

  /** Ends the stay of one frame. */
  void leave() {
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
