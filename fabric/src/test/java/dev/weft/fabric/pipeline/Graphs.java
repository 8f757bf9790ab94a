package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Budget;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.manifest.PipelineManifest.Output;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.manifest.Variant;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Manifests for tests, without the YAML. */
public final class Graphs {

  private static final Path NOWHERE = Path.of("test.yaml");

  private Graphs() {}

  /** A stage with one FP32[n] output {@code y} and FP32[n] inputs of these names. */
  public static StageManifest stage(String name, String... inputs) {
    return stage(name, List.of("one", "two"), inputs);
  }

  public static StageManifest stage(String name, List<String> variants, String... inputs) {
    var signature =
        new Signature(
            Stream.of(inputs).map(input -> TensorSpec.of(input, Datatype.FP32, "n")).toList(),
            List.of(TensorSpec.of("y", Datatype.FP32, "n")));
    return stage(name, "test/" + name, variants, signature);
  }

  public static StageManifest stage(
      String name, String uses, List<String> variants, Signature signature) {
    return new StageManifest(
        NOWHERE,
        name,
        "A stage of a test.",
        "tests",
        uses,
        1,
        signature,
        variants.stream()
            .map(v -> new Variant(v, Optional.empty(), Optional.empty(), Map.of(), false))
            .toList(),
        Map.of(),
        Map.of(),
        Budget.unstated(),
        QueueLimits.defaults(),
        Batching.none(),
        Isolation.NONE,
        true,
        Set.of(),
        Residency.anywhere(),
        Map.of());
  }

  public static StageManifest withQueue(StageManifest m, QueueLimits queue) {
    return with(m, m.budget(), queue, m.batching(), m.isolation());
  }

  /** One whose runs are promised to take {@code p95}. */
  public static StageManifest promising(StageManifest m, Duration p95) {
    var budget = new Budget(Optional.of(p95), OptionalLong.empty(), Optional.empty());
    return with(m, budget, m.queue(), m.batching(), m.isolation());
  }

  public static StageManifest withBatching(StageManifest m, Batching batching) {
    return with(m, m.budget(), m.queue(), batching, m.isolation());
  }

  /** The stage in a process of its own. */
  public static StageManifest isolated(StageManifest m) {
    return with(m, m.budget(), m.queue(), m.batching(), Isolation.PROCESS);
  }

  private static StageManifest with(
      StageManifest m, Budget budget, QueueLimits queue, Batching batching, Isolation isolation) {
    return new StageManifest(
        m.origin(),
        m.name(),
        m.summary(),
        m.owner(),
        m.uses(),
        m.abiVersion(),
        m.abi(),
        m.variants(),
        m.options(),
        m.files(),
        budget,
        queue,
        batching,
        isolation,
        m.required(),
        m.nodeClasses(),
        m.residency(),
        m.labels());
  }

  /** The pipeline under another name and with another door. */
  public static PipelineManifest with(PipelineManifest m, String name, Door door) {
    return new PipelineManifest(
        m.origin(),
        name,
        m.summary(),
        m.owner(),
        m.deadline(),
        m.lane(),
        door,
        m.pairing(),
        m.capture(),
        m.reach(),
        m.inputs(),
        m.steps(),
        m.outputs(),
        m.state(),
        m.gates(),
        m.splits(),
        m.labels());
  }

  /** A step that reads {@code sources}, each written {@code input=step.tensor}. */
  public static Step step(String name, String stage, String... sources) {
    var inputs = new LinkedHashMap<String, TensorRef>();
    for (var source : sources) {
      var at = source.indexOf('=');
      inputs.put(source.substring(0, at), TensorRef.parse(source.substring(at + 1)));
    }
    return new Step(
        name,
        stage,
        Optional.empty(),
        inputs,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        Optional.empty());
  }

  public static PipelineManifest pipeline(
      List<Input> inputs,
      List<Step> steps,
      List<Output> outputs,
      List<Gate> gates,
      List<Split> splits) {
    return new PipelineManifest(
        NOWHERE,
        "graph",
        "A pipeline of a test.",
        "tests",
        Duration.ofSeconds(10),
        Lane.INTERACTIVE,
        Door.of(8),
        Optional.empty(),
        Optional.empty(),
        Reach.unstated(),
        inputs,
        steps,
        outputs,
        Map.of(),
        gates,
        splits,
        Map.of());
  }

  public static Input input(String name) {
    return new Input(TensorSpec.of(name, Datatype.FP32, "n"), true);
  }

  public static Output output(String name, String from) {
    return new Output(name, TensorRef.parse(from), false);
  }

  /** Steps {@code s0}, {@code s1}, ... of stage {@code stage}, each fed by the one before. */
  public static PipelineManifest chainOf(int count) {
    var steps = new ArrayList<Step>();
    for (var i = 0; i < count; i++) {
      steps.add(step("s" + i, "stage", "x=" + (i == 0 ? "in" : "s" + (i - 1) + ".y")));
    }
    return pipeline(
        List.of(input("in")),
        steps,
        List.of(output("out", "s" + (count - 1) + ".y")),
        List.of(),
        List.of());
  }
}
