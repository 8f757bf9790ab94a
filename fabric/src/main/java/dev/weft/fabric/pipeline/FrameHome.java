package dev.weft.fabric.pipeline;

import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;

/** What a frame needs of the deployment it runs in. */
interface FrameHome {
  Plan plan();

  /** The tensor a constant stand-in was made into. */
  Tensor constant(PlanStep step, int output);

  StageInlet inlet(PlanStep step, int arm, int loop);

  TensorAllocator tensors();

  FabricClock clock();

  /** Called once, by whoever gave the answer. */
  void answered(Answer answer);

  /** Called once, when the frame has let go of everything but its answer. */
  void left(Frame frame);
}
