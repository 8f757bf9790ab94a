package dev.weft.sim.node;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Budget;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.manifest.PipelineManifest.Output;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.manifest.Variant;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Manifests of what simulated nodes run. */
public final class Manifests {

  /** What each variant adds, by name; the first one runs unless another was swapped in. */
  static final SortedMap<String, Long> VARIANTS = new TreeMap<>(Map.of("one", 1L, "two", 3L));

  /** Time of one run after which it is given up. */
  private static final Duration HANG = Duration.ofSeconds(2);

  private static final Path ORIGIN = Path.of("/sim/simulated.yaml");
  private static final String OWNER = "sim";

  private Manifests() {}

  /** The stage of a pipeline, which the engine double serves. */
  public static StageManifest engine(String pipeline, QueueLimits queue, Batching batching) {
    return engine(
        stage(pipeline),
        VARIANTS.entrySet().stream().map(each -> variant(each.getKey(), each.getValue())).toList(),
        queue,
        batching);
  }

  private static StageManifest engine(
      String name, List<Variant> variants, QueueLimits queue, Batching batching) {
    return new StageManifest(
        ORIGIN,
        name,
        "A model's double.",
        OWNER,
        SimulatedEngine.KIND,
        1,
        SimulatedEngine.SIGNATURE,
        variants,
        Map.of(),
        Map.of(),
        new Budget(Optional.empty(), OptionalLong.empty(), Optional.of(HANG)),
        queue,
        batching,
        Isolation.NONE,
        true,
        Set.of(),
        Residency.anywhere(),
        Map.of());
  }

  /** A stage of variants that are told apart by what they add and how they go wrong. */
  static StageManifest engine(String name, List<Variant> variants) {
    return engine(name, variants, QueueLimits.defaults(), Batching.none());
  }

  private static String stage(String pipeline) {
    return pipeline + "-engine";
  }

  private static Variant variant(String name, long plus) {
    return variant(name, Map.of(SimulatedEngine.PLUS, plus));
  }

  static Variant variant(String name, long plus, Temper temper) {
    return variant(name, Map.of(SimulatedEngine.PLUS, plus, SimulatedEngine.TEMPER, temper.name()));
  }

  private static Variant variant(String name, Map<String, Object> options) {
    return new Variant(name, Optional.empty(), Optional.empty(), options, true);
  }

  /** A pipeline of {@code steps} runs of the engine, one after the other, recorded with inputs. */
  public static PipelineManifest pipeline(String name, int steps, Duration deadline, Door door) {
    return pipeline(name, stage(name), steps, deadline, door, Optional.of(Capture.inputs()));
  }

  /** A pipeline of one run of {@code stage}, not recorded. */
  static PipelineManifest pipeline(String name, String stage, Duration deadline, Door door) {
    return pipeline(name, stage, 1, deadline, door, Optional.empty());
  }

  private static PipelineManifest pipeline(
      String name,
      String stage,
      int steps,
      Duration deadline,
      Door door,
      Optional<Capture> capture) {
    var chain = new ArrayList<Step>();
    var source = "x";
    for (var i = 1; i <= steps; i++) {
      chain.add(Step.of("s" + i, stage, Map.of("x", TensorRef.parse(source))));
      source = "s%d.y".formatted(i);
    }
    return new PipelineManifest(
        ORIGIN,
        name,
        "A simulated pipeline.",
        OWNER,
        deadline,
        Lane.INTERACTIVE,
        door,
        Optional.empty(),
        capture,
        Reach.unstated(),
        List.of(
            new Input(TensorSpec.of("x", Datatype.FP32, "rows", SimulatedEngine.COLUMNS), true)),
        chain,
        List.of(new Output("y", TensorRef.parse(source), true)),
        Map.of(),
        List.of(),
        List.of(),
        Map.of());
  }
}
