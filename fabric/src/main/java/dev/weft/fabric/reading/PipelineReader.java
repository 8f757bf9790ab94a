package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Pairing;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.manifest.PipelineManifest.Output;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.wiring.Wiring;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a {@link PipelineManifest} of a document; how its parts fit is left to {@link Wiring}. */
final class PipelineReader {

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
        new Door(
            root.whole("maxInFlight"),
            root.bytes("maxInFlightBytes").orElseThrow(),
            root.constant("admission", Door.Admission.class)),
        root.object("pairing").flatMap(this::pairing),
        root.object("trace").flatMap(this::capture),
        new ReachReader(findings).read(root),
        inputs(),
        new StepReader(findings).read(root.objects("steps")),
        outputs(),
        root.map("state", String.class),
        gates(),
        splits(),
        root.map("labels", String.class));
  }

  /** Nothing if it is wrong in itself, which has been reported then. */
  private Optional<Pairing> pairing(YamlObject object) {
    if (findings.isBroken(object.path())) {
      return Optional.empty();
    }
    return Optional.of(
        new Pairing(
            object.text("by"),
            object.list("inputs", String.class),
            object.duration("tolerance").orElseThrow(),
            object.duration("lateness").orElseThrow(),
            object.whole("maxWaiting")));
  }

  /** Nothing if it is wrong in itself, which has been reported then. */
  private Optional<Capture> capture(YamlObject object) {
    if (findings.isBroken(object.path())) {
      return Optional.empty();
    }
    return Optional.of(
        new Capture(
            object.constant("capture", Capture.Level.class),
            object.whole("sample"),
            object.text("class")));
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
                gates.add(
                    new Gate(
                        name,
                        object.flag("default"),
                        object.text("stickyBy"),
                        object.text("summary"))));
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
