package dev.weft.bench;

import dev.weft.fabric.loop.Loops;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.Generation;
import dev.weft.fabric.pipeline.Generation.Replicas;
import dev.weft.fabric.pipeline.NodeLoad;
import dev.weft.fabric.pipeline.NodeView;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.pipeline.StageInlet;
import dev.weft.fabric.pipeline.VariantChoice;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.tensor.TensorPool.LeakTracing;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A frame's way through four steps without actors, threads or work: door, plan, answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameBenchmark {

  private enum Clock implements FabricClock {
    INSTANCE;

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public Instant instant() {
      return Instant.now();
    }
  }

  private final TensorPool tensors = new TensorPool(1 << 20, LeakTracing.OFF);
  private final PipelineDoor door = door();

  private PipelineDoor door() {
    Map<String, StageManifest> stages = new LinkedHashMap<>();
    for (var i = 0; i < 4; i++) {
      var name = "pass" + i;
      stages.put(
          name,
          BenchManifests.stage(name, PassFactory.KIND, PassFactory.SIGNATURE, Optional.empty()));
    }
    var view = new NodeView(new Loops(1, 0, 0), _ -> {}, NodeLoad.UNKNOWN, Clock.INSTANCE);
    var manifest = BenchManifests.chain("four", List.copyOf(stages.values()));
    var door = new PipelineDoor(manifest, view);
    StageInlet pass =
        (frame, step, _) -> {
          var output = frame.inputs(step).getFirst().retain();
          frame.dispatch(frame.ran(step, List.of(output), RunTimes.alone(0, 0, 0)));
        };
    var plan = Plan.compile(manifest, stages, VariantChoice.declared());
    var replicas = new Replicas(List.of(pass), new ServiceProfile(Optional.empty()));
    door.open(new Generation(plan, door, (_, _) -> replicas, tensors, view));
    return door;
  }

  /** One tensor in, four steps, its answer read. */
  @Benchmark
  public Answer fourEmptySteps() {
    var request = Request.of("x", tensors.floats(Shape.of(4), 1, 2, 3, 4));
    try (var answer = door.submit(request).join()) {
      return answer;
    }
  }

  @TearDown
  public void close() {
    door.close();
    tensors.close();
  }
}
