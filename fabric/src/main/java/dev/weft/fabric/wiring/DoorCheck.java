package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.Pairing;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import java.util.HashSet;

/** Checks that frames can come in: the bytes at the door, and the inputs that are paired. */
final class DoorCheck {

  private final PipelineManifest pipeline;
  private final Findings findings;

  DoorCheck(PipelineManifest pipeline, Findings findings) {
    this.pipeline = pipeline;
    this.findings = findings;
  }

  void check() {
    var required = pipeline.inputs().stream().filter(Input::required).map(Input::spec).toList();
    var least = FixedSize.bytes(required);
    if (least > pipeline.door().maxInFlightBytes()) {
      findings.error(
          "maxInFlightBytes",
          Quantity.text(pipeline.door().maxInFlightBytes()),
          "at least the %s that a frame's required inputs have".formatted(Quantity.text(least)));
    }
    pipeline.pairing().ifPresent(this::check);
  }

  private void check(Pairing pairing) {
    var taken = new HashSet<String>();
    for (var i = 0; i < pairing.inputs().size(); i++) {
      var name = pairing.inputs().get(i);
      var path = Findings.join("pairing.inputs", i);
      if (!taken.add(name)) {
        findings.error(path, "'%s' again".formatted(name), "distinct names");
      } else {
        checkInput(name, i > 0, path);
      }
    }
    if (pairing.tolerance().compareTo(pairing.lateness()) > 0) {
      findings.error(
          "pairing.tolerance",
          Quantity.text(pairing.tolerance()),
          "at most lateness, which is %s: an input waits no longer for its partners"
              .formatted(Quantity.text(pairing.lateness())));
    }
  }

  private void checkInput(String name, boolean mayBeLate, String path) {
    var names = pipeline.inputs().stream().map(input -> input.spec().name()).toList();
    var input = pipeline.inputs().stream().filter(known -> known.spec().name().equals(name));
    var found = input.findFirst();
    if (found.isEmpty()) {
      if (!findings.isBroken("inputs")) {
        var expected = NearestName.expected("an input of the pipeline", name, names);
        findings.error(path, "'" + name + "'", expected);
      }
    } else if (mayBeLate && found.get().required()) {
      findings.error(
          path,
          "'%s' is required".formatted(name),
          "an input with required: false, as it may not come in time");
    }
  }
}
