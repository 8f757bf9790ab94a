package dev.weft.bench;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Budget;
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
import dev.weft.fabric.manifest.Shadow;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.manifest.Variant;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Manifests of benches, without the YAML. */
final class BenchManifests {

  /** Frames inside at once that no bench passes. */
  static final int IN_FLIGHT_MAX = 64;

  private static final Duration HANG = Duration.ofSeconds(1);

  private static final Path ORIGIN = Path.of("bench.yaml");
  private static final String OWNER = "bench";

  private BenchManifests() {}

  static StageManifest stage(String name, String uses, Signature abi, Optional<Artifact> model) {
    return stage(name, uses, abi, List.of(variant("default", model)), Batching.none());
  }

  static Variant variant(String name, Optional<Artifact> model) {
    return variant(name, model, Map.of());
  }

  static Variant variant(String name, Optional<Artifact> model, Map<String, Object> options) {
    return new Variant(name, Optional.empty(), model, options, false);
  }

  static StageManifest stage(
      String name, String uses, Signature abi, List<Variant> variants, Batching batching) {
    return stage(name, uses, abi, variants, batching, Budget.unstated(), Isolation.NONE);
  }

  /** A stage that goes wrong as it is told, given up after a second. */
  static StageManifest faulty(String name, Isolation isolation) {
    return stage(
        name,
        FaultyFactory.KIND,
        PassFactory.SIGNATURE,
        List.of(variant("default", Optional.empty())),
        Batching.none(),
        new Budget(Optional.empty(), OptionalLong.empty(), Optional.of(HANG)),
        isolation);
  }

  private static StageManifest stage(
      String name,
      String uses,
      Signature abi,
      List<Variant> variants,
      Batching batching,
      Budget budget,
      Isolation isolation) {
    return new StageManifest(
        ORIGIN,
        name,
        "A stage of a bench.",
        OWNER,
        uses,
        1,
        abi,
        variants,
        Map.of(),
        Map.of(),
        budget,
        QueueLimits.defaults(),
        batching,
        isolation,
        true,
        Set.of(),
        Residency.anywhere(),
        Map.of());
  }

  /** Stages of one input and one output each, one after the other. */
  static PipelineManifest chain(String name, List<StageManifest> stages) {
    return chain(name, stages, IN_FLIGHT_MAX);
  }

  static PipelineManifest chain(String name, List<StageManifest> stages, int maxInFlight) {
    var first = stages.getFirst().abi().inputs().getFirst();
    var from = TensorRef.input(first.name());
    var steps = new ArrayList<Step>();
    for (var stage : stages) {
      var step =
          step("step" + steps.size(), stage, Map.of(stage.abi().inputs().getFirst().name(), from));
      steps.add(step);
      from = TensorRef.output(step.name(), stage.abi().outputs().getFirst().name());
    }
    return pipeline(name, List.of(first), steps, output(stages.getLast(), from), maxInFlight);
  }

  /** One stage with all its inputs, and its first output. */
  static PipelineManifest single(String name, StageManifest stage, int maxInFlight) {
    Map<String, TensorRef> inputs = new LinkedHashMap<>();
    for (var input : stage.abi().inputs()) {
      inputs.put(input.name(), TensorRef.input(input.name()));
    }
    var step = step("step0", stage, inputs);
    var from = TensorRef.output(step.name(), stage.abi().outputs().getFirst().name());
    return pipeline(name, stage.abi().inputs(), List.of(step), output(stage, from), maxInFlight);
  }

  /** One stage with one input, all of whose runs {@code variant} sees in the shadow. */
  static PipelineManifest shadowed(
      String name, StageManifest stage, String variant, int maxInFlight) {
    var input = stage.abi().inputs().getFirst();
    var step =
        Step.of("step0", stage.name(), Map.of(input.name(), TensorRef.input(input.name())))
            .shadowedBy(new Shadow(variant, 100));
    var from = TensorRef.output(step.name(), stage.abi().outputs().getFirst().name());
    return pipeline(name, List.of(input), List.of(step), output(stage, from), maxInFlight);
  }

  private static Output output(StageManifest last, TensorRef from) {
    return new Output(last.abi().outputs().getFirst().name(), from, true);
  }

  private static Step step(String name, StageManifest stage, Map<String, TensorRef> inputs) {
    return Step.of(name, stage.name(), inputs);
  }

  private static PipelineManifest pipeline(
      String name, List<TensorSpec> inputs, List<Step> steps, Output output, int maxInFlight) {
    return new PipelineManifest(
        ORIGIN,
        name,
        "A pipeline of a bench.",
        OWNER,
        Duration.ofMinutes(1),
        Lane.INTERACTIVE,
        Door.of(maxInFlight),
        Optional.empty(),
        Optional.empty(),
        Reach.unstated(),
        inputs.stream().map(spec -> new Input(spec, true)).toList(),
        steps,
        List.of(output),
        Map.of(),
        List.of(),
        List.of(),
        Map.of());
  }
}
