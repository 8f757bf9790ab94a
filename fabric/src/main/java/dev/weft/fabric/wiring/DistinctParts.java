package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.problem.Findings;
import java.util.HashSet;
import java.util.List;

/** Checks that what a pipeline made in code names is named apart; of YAML the reader sees to it. */
final class DistinctParts {

  private final PipelineManifest pipeline;
  private final Findings findings;

  DistinctParts(PipelineManifest pipeline, Findings findings) {
    this.pipeline = pipeline;
    this.findings = findings;
  }

  void check() {
    check("inputs", pipeline.inputs().stream().map(input -> input.spec().name()).toList());
    check("steps", pipeline.steps().stream().map(PipelineManifest.Step::name).toList());
    check("outputs", pipeline.outputs().stream().map(PipelineManifest.Output::name).toList());
    check("gates", pipeline.gates().stream().map(PipelineManifest.Gate::name).toList());
    check("splits", pipeline.splits().stream().map(PipelineManifest.Split::name).toList());
    for (var i = 0; i < pipeline.splits().size(); i++) {
      var arms = pipeline.splits().get(i).arms().stream().map(PipelineManifest.Arm::name);
      check("splits[%d].arms".formatted(i), arms.toList());
    }
  }

  private void check(String list, List<String> names) {
    var taken = new HashSet<String>();
    for (var i = 0; i < names.size(); i++) {
      if (!taken.add(names.get(i))) {
        var path = Findings.join(list, i) + ".name";
        findings.error(path, "'%s' again".formatted(names.get(i)), "distinct names");
      }
    }
  }
}
