package dev.weft.fabric.pipeline;

import dev.weft.fabric.loop.Loops;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Generation.Replicas;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.tensor.TensorPool.LeakTracing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pipeline whose runs wait until a test takes them, in any order; one loop, one thread. */
final class Bed {

  record Waiting(Frame frame, PlanStep step, int arm) {}

  /** The load a test wants. */
  static final class ManualLoad implements NodeLoad {
    double cpu = Double.NaN;

    @Override
    public double cpu() {
      return cpu;
    }

    @Override
    public double memory() {
      return Double.NaN;
    }

    @Override
    public int level() {
      return 0;
    }
  }

  final TensorPool tensors = new TensorPool(1 << 20, LeakTracing.ON);
  final ManualClock clock = new ManualClock();
  final Loops loops = new Loops(1, 0, 0);
  final ManualLoad load = new ManualLoad();
  final NodeView view = new NodeView(loops, _ -> {}, load, clock);
  final ServiceProfile profile = new ServiceProfile(Optional.empty());
  final List<Waiting> waiting = new ArrayList<>();
  final PipelineDoor door;
  private final PipelineManifest pipeline;
  private final Map<String, StageManifest> stages = new LinkedHashMap<>();

  Bed(PipelineManifest pipeline, List<StageManifest> stages) {
    this.pipeline = pipeline;
    stages.forEach(stage -> this.stages.put(stage.name(), stage));
    this.door = new PipelineDoor(pipeline, view);
    door.open(generation());
  }

  Generation generation() {
    var plan = Plan.compile(pipeline, stages, VariantChoice.declared());
    return new Generation(
        plan,
        door,
        (step, arm) ->
            new Replicas(
                List.of((frame, to, nanos) -> waiting.add(new Waiting(frame, to, arm))), profile),
        tensors,
        view);
  }

  Tensor tensor(float... values) {
    return tensors.floats(Shape.of(values.length), values);
  }

  /** Runs what waits in order until nothing does: each stage gives the sum of its inputs plus 1. */
  void runAll() {
    while (!waiting.isEmpty()) {
      run(waiting.removeFirst());
    }
  }

  void run(Waiting run) {
    var sum = 1f;
    for (var input : run.frame().inputs(run.step())) {
      sum += input.toFloats()[0];
    }
    run.frame()
        .dispatch(run.frame().ran(run.step(), List.of(tensor(sum)), RunTimes.alone(0, 0, 0)));
  }
}
