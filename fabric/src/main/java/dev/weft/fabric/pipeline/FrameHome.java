package dev.weft.fabric.pipeline;

import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import org.jspecify.annotations.Nullable;

/** What a frame needs of the deployment it runs in. */
interface FrameHome {
  Plan plan();

  /** The tensor a constant stand-in was made into. */
  Tensor constant(PlanStep step, int output);

  StageInlet inlet(PlanStep step, int arm, int loop);

  TensorAllocator tensors();

  FabricClock clock();

  NodeLoad load();

  /** What a frame is expected to spend in {@code step}, in nanoseconds. */
  long expectedNanos(PlanStep step);

  /** Called once, by whoever gave the answer. */
  void answered(Admission admitted, Answer answer);

  /** Called after {@link #answered} if the caller left instead, after {@code waitedNanos}. */
  void callerLeft(long waitedNanos);

  /** Called after {@link #answered} if runs of the frame may still wait or run. */
  void answeredEarly();

  /** Called once, when the frame has let go of everything but its answer. */
  void left(Frame frame);

  /** Takes note of a run: how long, and whether its frame had been answered before it ended. */
  void worked(long ranNanos, boolean isWasted);

  /** A frame that runs later what {@code frame} put off; to be started by {@link #launch}. */
  Frame follower(Frame frame, Deferral deferral, TensorSlots slots);

  /** Starts a frame made by {@link #follower}, unless too many are under way. */
  void launch(Frame follower);

  /** Offers what {@code step} took and gave to its shadow; borrows the tensors. */
  void shadow(Frame frame, PlanStep step, RunTimes times, TensorSlots slots);

  /** Takes note that {@code step}, if on trial, was not begun, or given up, for want of time. */
  void late(Frame frame, PlanStep step, boolean hasBegun);

  /**
   * Takes note of a run of {@code step}, if on trial; {@code error} is null if it went well, and
   * {@code message} empty.
   */
  void tried(Frame frame, PlanStep step, RunTimes times, @Nullable ErrorCode error, String message);
}
