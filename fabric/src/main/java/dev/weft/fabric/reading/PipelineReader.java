package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Condition;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.manifest.PipelineManifest.Output;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.wiring.Wiring;
import dev.weft.stages.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a {@link PipelineManifest} of a document; how its parts fit is left to {@link Wiring}. */
final class PipelineReader {

  private static final long CONSTANT_ELEMENTS_MAX = 1 << 20;

  private final YamlObject root;
  private final Findings findings;

  PipelineReader(YamlObject root, Findings findings) {
    this.root = root;
    this.findings = findings;
  }

  PipelineManifest read() {
    return new PipelineManifest(
        findings.file(),
        root.text("name"),
        root.text("summary"),
        root.text("owner"),
        root.duration("deadline").orElseThrow(),
        root.constant("lane", Lane.class),
        Door.of(root.whole("maxInFlight")),
        Optional.empty(),
        inputs(),
        steps(),
        outputs(),
        gates(),
        splits(),
        root.map("labels", String.class));
  }

  private List<Input> inputs() {
    var names = new DistinctNames(findings);
    var inputs = new ArrayList<Input>();
    for (var object : root.objects("inputs")) {
      names.add(object);
      inputs.add(new Input(TensorReader.read(object), object.flag("required")));
    }
    return inputs;
  }

  private List<Step> steps() {
    var names = new DistinctNames(findings);
    var steps = new ArrayList<Step>();
    for (var object : root.objects("steps")) {
      names.add(object);
      steps.add(
          new Step(
              object.text("name"),
              object.text("stage"),
              object.optionalText("variant"),
              object.map("inputs", TensorRef.class),
              object.value("when", Condition.class),
              object.value("optional", Boolean.class),
              object.optionalText("gate"),
              standIns(object),
              List.of(),
              Optional.empty()));
    }
    return steps;
  }

  private Map<String, StandIn> standIns(YamlObject step) {
    var standIns = new LinkedHashMap<String, StandIn>();
    step.map("standIn", Object.class)
        .forEach(
            (output, value) -> {
              switch (value) {
                case TensorRef reference -> standIns.put(output, new StandIn.FromTensor(reference));
                case YamlObject object ->
                    constant(object).ifPresent(constant -> standIns.put(output, constant));
                default -> throw new IllegalStateException("stand-in of " + value.getClass());
              }
            });
    return standIns;
  }

  private Optional<StandIn> constant(YamlObject object) {
    if (findings.isBroken(object.path())) {
      return Optional.empty();
    }
    var sizes = object.list("shape", Long.class).stream().mapToLong(Long::longValue).toArray();
    var values = object.list("values", Object.class);
    try {
      var shape = Shape.of(sizes);
      var elements = shape.elements();
      if (elements > CONSTANT_ELEMENTS_MAX) {
        findings.error(
            object.path("shape"),
            shape.toString(),
            "at most %d elements".formatted(CONSTANT_ELEMENTS_MAX));
      } else if (values.size() != elements && (values.size() != 1 || elements == 0)) {
        findings.error(
            object.path("values"),
            "%d values".formatted(values.size()),
            "%s, to fill %s".formatted(elements > 1 ? "1 or " + elements : elements, shape));
      } else {
        return Optional.of(new StandIn.Constant(shape, values));
      }
    } catch (IllegalArgumentException e) {
      findings.error(object.path("shape"), "too large", "a product of sizes below 2^63");
    }
    return Optional.empty();
  }

  private List<Output> outputs() {
    var outputs = new ArrayList<Output>();
    root.map("outputs", Object.class)
        .forEach(
            (name, value) -> {
              switch (value) {
                case TensorRef from -> outputs.add(new Output(name, from, true));
                case YamlObject object ->
                    object
                        .value("from", TensorRef.class)
                        .ifPresent(
                            from -> outputs.add(new Output(name, from, object.flag("required"))));
                default -> throw new IllegalStateException("output of " + value.getClass());
              }
            });
    return outputs;
  }

  private List<Gate> gates() {
    var gates = new ArrayList<Gate>();
    root.map("gates", YamlObject.class)
        .forEach(
            (name, object) ->
                gates.add(new Gate(name, object.flag("default"), object.text("summary"))));
    return gates;
  }

  private List<Split> splits() {
    var names = new DistinctNames(findings);
    var splits = new ArrayList<Split>();
    for (var object : root.objects("splits")) {
      names.add(object);
      splits.add(
          new Split(
              object.text("name"), object.text("step"), object.text("stickyBy"), arms(object)));
    }
    return splits;
  }

  private List<Arm> arms(YamlObject split) {
    var names = new DistinctNames(findings);
    var arms = new ArrayList<Arm>();
    for (var object : split.objects("arms")) {
      names.add(object);
      arms.add(
          new Arm(
              object.text("name"),
              object.optionalText("stage"),
              object.optionalText("variant"),
              object.whole("weight")));
    }
    return arms;
  }
}
