package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.problem.Findings;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Checks that there is a place where a pipeline's frames may be, and that what is tried instead of
 * an answer in time ends at the node itself.
 */
final class ReachCheck {

  private static final String RESIDENCY = "residency";
  private static final String FALLBACK = "fallback";

  private final PipelineManifest pipeline;
  private final Findings findings;

  /** The stages it uses that are known, by the path where they are named first. */
  private final Map<String, StageManifest> stages = new LinkedHashMap<>();

  ReachCheck(PipelineManifest pipeline, Neighbours neighbours, Findings findings) {
    this.pipeline = pipeline;
    this.findings = findings;
    var seen = new HashSet<String>();
    for (var i = 0; i < pipeline.steps().size(); i++) {
      note(pipeline.steps().get(i).stage(), Findings.join("steps", i), seen, neighbours);
    }
    for (var i = 0; i < pipeline.splits().size(); i++) {
      var arms = pipeline.splits().get(i).arms();
      for (var j = 0; j < arms.size(); j++) {
        var path = Findings.join(Findings.join("splits", i) + ".arms", j);
        arms.get(j).stage().ifPresent(stage -> note(stage, path, seen, neighbours));
      }
    }
  }

  private void note(String name, String path, HashSet<String> seen, Neighbours neighbours) {
    var stage = Optional.ofNullable(neighbours.stages().get(name));
    if (stage.isPresent() && seen.add(name)) {
      stages.put(path + ".stage", stage.get());
    }
  }

  void check() {
    if (!findings.isBroken(RESIDENCY)) {
      checkZones();
    }
    if (!findings.isBroken(FALLBACK)) {
      checkFallback();
    }
  }

  /**
   * A list of zones must be one that every stage may run in; without one, some zone must be left.
   */
  private void checkZones() {
    var declared = pipeline.reach().residency();
    var left = Residency.anywhere();
    for (var at : stages.entrySet()) {
      var stage = at.getValue();
      var allowed = stage.residency();
      if (allowed.isNowhere()) {
        continue;
      }
      if (declared.zones().isPresent()) {
        checkWithin(declared, stage);
      } else if (left.and(allowed).isNowhere()) {
        findings.error(
            at.getKey(),
            "stage '%s' may run in %s only, the stages before it in %s"
                .formatted(stage.name(), zones(allowed), zones(left)),
            "stages that may run in one zone at least");
        return;
      }
      left = left.and(allowed);
    }
  }

  private void checkWithin(Residency declared, StageManifest stage) {
    var allowed = stage.residency();
    if (allowed.zones().isEmpty()) {
      return;
    }
    var beyond = new TreeSet<>(declared.zones().orElseThrow());
    beyond.removeAll(allowed.zones().get());
    if (!beyond.isEmpty()) {
      findings.error(
          RESIDENCY,
          "%s, where stage '%s' may not run".formatted(String.join(", ", beyond), stage.name()),
          "only zones among %s".formatted(zones(allowed)));
    }
  }

  private static String zones(Residency residency) {
    return String.join(", ", residency.zones().orElseThrow());
  }

  private void checkFallback() {
    var list = pipeline.reach().declared();
    var seen = new HashSet<Fallback>();
    for (var i = 0; i < list.size(); i++) {
      var entry = list.get(i);
      var path = Findings.join(FALLBACK, i);
      if (!seen.add(entry)) {
        findings.error(path, "'%s' again".formatted(entry.word()), "distinct entries");
      } else if (i > 0 && list.get(i - 1) == Fallback.REFUSE) {
        findings.error(
            path, "'%s' after refuse, never reached".formatted(entry.word()), "refuse as the last");
      } else {
        checkEntry(entry, path);
      }
    }
    if (!list.isEmpty() && !list.getLast().isLocal()) {
      findings.error(
          Findings.join(FALLBACK, list.size() - 1),
          "'%s' as the last".formatted(list.getLast().word()),
          "an end that needs no other node: local, cheaper, cached or refuse");
    }
    if (pipeline.reach().cached().isPresent() && !list.contains(Fallback.CACHED)) {
      findings.warning("cached", "used by nothing", "'cached' in fallback");
    }
  }

  private void checkEntry(Fallback entry, String path) {
    if (!entry.isLocal()) {
      deviceOnly()
          .ifPresent(
              who ->
                  findings.error(
                      path,
                      "'%s', but %s keeps frames on the node they came to"
                          .formatted(entry.word(), who),
                      "only local, cheaper, cached or refuse"));
    } else if (entry == Fallback.CHEAPER && !findings.isBroken("steps") && !hasCheaper()) {
      findings.error(
          path, "'cheaper', but no step has a cheaper variant", "a step with 'do: cheaper'");
    }
  }

  /** What keeps frames on their node; empty if nothing does. */
  private Optional<String> deviceOnly() {
    if (pipeline.reach().residency().deviceOnly()) {
      return Optional.of("residency");
    }
    return stages.values().stream()
        .filter(stage -> stage.residency().deviceOnly())
        .map(stage -> "stage '%s'".formatted(stage.name()))
        .findFirst();
  }

  private boolean hasCheaper() {
    return pipeline.steps().stream()
        .map(PipelineManifest.Step::degrade)
        .flatMap(List::stream)
        .anyMatch(Degrade.Cheaper.class::isInstance);
  }
}
