package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The home of frames that follow others through one generation, in one lane: those that run what
 * was put off, and those that run in the shadow. They have counts and a bound of their own, so that
 * they take no place from the frames that callers wait for. Threadsafe.
 */
final class Followers implements FrameHome {

  private final Generation generation;
  private final NodeView node;
  private final Lane lane;
  private final PipelineCounters counters;
  private final int framesMax;
  private final AtomicInteger frames = new AtomicInteger();

  /**
   * @param framesMax most of them at once; further ones are dropped
   */
  Followers(
      Generation generation, NodeView node, Lane lane, PipelineCounters counters, int framesMax) {
    this.generation = generation;
    this.node = node;
    this.lane = lane;
    this.counters = counters;
    this.framesMax = framesMax;
  }

  /**
   * A frame that runs {@code scope} of the plan on what {@code slots} of {@code frame} hold; to be
   * started, as it keeps the generation open from now on.
   */
  Frame follow(
      Frame frame, Scope scope, TensorSlots slots, Duration within, Optional<Integer> arm) {
    return follow(frame.admitted(), scope, scope.slotsFrom(slots), within, arm);
  }

  /** As above, for one that was let in like {@code earlier} and takes {@code slots} over. */
  Frame follow(
      Admission earlier, Scope scope, TensorSlots slots, Duration within, Optional<Integer> arm) {
    var now = node.clock().nanos();
    var loop = node.loops().choose(lane, earlier.attribute("tenant"), now, true);
    var admitted = earlier.followedBy(loop, lane, now, now + within.toNanos());
    // Now, as the frame may be the last of a generation that is retired when it leaves.
    generation.stay();
    return new Frame(this, scope, admitted, slots, arm);
  }

  /** Starts a frame made by {@link #follow}, unless too many are under way. */
  void start(Frame follower) {
    counters.offered();
    node.loops().ledger(follower.loop()).enter(follower);
    node.arrivals().accept(follower.deadlineNanos());
    if (frames.incrementAndGet() > framesMax) {
      follower.drop(DropReason.IN_FLIGHT_LIMIT, plan().manifest().name());
      // Not dispatched: an answered frame must not take a place in a lane.
      follower.start().forEach(_ -> follower.abandoned());
    } else {
      follower.dispatch(follower.start());
    }
  }

  @Override
  public void left(Frame frame) {
    node.loops().ledger(frame.loop()).leave(frame);
    frames.decrementAndGet();
    generation.leave();
  }

  @Override
  public void answered(Admission admitted, Answer answer) {
    counters.ended(answer);
  }

  @Override
  public void callerLeft(long waitedNanos) {
    // Nothing was let in at a door for it.
  }

  @Override
  public void answeredEarly() {
    node.loops().unwanted();
  }

  @Override
  public void worked(long ranNanos, boolean isWasted) {
    counters.worked(ranNanos, isWasted);
  }

  @Override
  public Plan plan() {
    return generation.plan();
  }

  @Override
  public Tensor constant(PlanStep step, int output) {
    return generation.constant(step, output);
  }

  @Override
  public StageInlet inlet(PlanStep step, int arm, int loop) {
    return generation.inlet(step, arm, loop);
  }

  @Override
  public TensorAllocator tensors() {
    return generation.tensors();
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
    return generation.expectedNanos(step);
  }

  @Override
  public Frame follower(Frame frame, Deferral deferral, TensorSlots slots) {
    throw new IllegalStateException("a frame that follows puts nothing off");
  }

  @Override
  public void launch(Frame follower) {
    throw new IllegalStateException("a frame that follows has no follower");
  }

  @Override
  public void shadow(Frame frame, PlanStep step, RunTimes times, TensorSlots slots) {
    // What runs in a shadow or later casts none.
  }

  @Override
  public void late(Frame frame, PlanStep step, boolean hasBegun) {
    // As below.
  }

  @Override
  public void tried(
      Frame frame, PlanStep step, RunTimes times, @Nullable ErrorCode error, String message) {
    // What runs later counts by its own rules, and a run in the shadow by its answer.
  }
}
