package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.Problem;
import dev.weft.fabric.wiring.Neighbours;
import dev.weft.fabric.wiring.RolloutCheck;
import dev.weft.fabric.wiring.Wiring;
import dev.weft.stages.spi.StageKinds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The documents of several files, read and held against each other. No file is touched here. */
final class Drafts {

  private final List<Draft> drafts;

  private Drafts(List<Draft> drafts) {
    this.drafts = List.copyOf(drafts);
  }

  /** Reads every document of {@code texts}, given by the file each came from. */
  static Drafts read(Map<Path, String> texts, StageKinds kinds) {
    var drafts = new ArrayList<Draft>();
    texts.forEach(
        (file, text) -> {
          for (var document : YamlDocuments.parse(file, text)) {
            drafts.add(Draft.read(document, kinds));
          }
        });
    return new Drafts(drafts);
  }

  List<Draft> all() {
    return drafts;
  }

  /** Whether there is anything that needs stages of other files. */
  boolean useStages() {
    return drafts.stream()
        .anyMatch(draft -> draft instanceof Draft.OfPipeline || draft instanceof Draft.OfRollout);
  }

  /**
   * These drafts and the stages of {@code others} that they use; if one is not there, also what
   * could not be read, for it may be in there.
   */
  Drafts withStagesOf(Drafts others) {
    var missing = stagesUsed();
    missing.removeAll(stages().keySet());
    var found = others.stages();
    var all = new ArrayList<>(drafts);
    for (var draft : others.drafts) {
      switch (draft) {
        case Draft.OfStage stage when missing.contains(stage.manifest().name()) -> all.add(draft);
        case Draft.Unreadable _ when !found.keySet().containsAll(missing) -> all.add(draft);
        case Draft.OfStage _,
            Draft.OfPipeline _,
            Draft.OfNode _,
            Draft.OfRollout _,
            Draft.Unreadable _ -> {}
      }
    }
    return new Drafts(all);
  }

  /** Checks distinct names, the wiring of every pipeline and what every rollout is to do. */
  void check() {
    checkNames();
    var neighbours = neighbours();
    for (var draft : drafts) {
      switch (draft) {
        case Draft.OfPipeline(var pipeline, var findings) ->
            Wiring.check(pipeline, neighbours, findings);
        case Draft.OfRollout(var rollout, var findings) ->
            RolloutCheck.check(rollout, neighbours, findings);
        case Draft.OfStage _, Draft.OfNode _, Draft.Unreadable _ -> {}
      }
    }
  }

  List<Problem> errors() {
    return drafts.stream().flatMap(draft -> draft.findings().errors().stream()).sorted().toList();
  }

  List<Problem> warnings() {
    return drafts.stream().flatMap(draft -> draft.findings().warnings().stream()).sorted().toList();
  }

  /** The manifests; only to be trusted if there are no errors. */
  ManifestSet manifests() {
    var stages = new LinkedHashMap<String, StageManifest>();
    var pipelines = new LinkedHashMap<String, PipelineManifest>();
    var nodes = new LinkedHashMap<String, NodeManifest>();
    var rollouts = new LinkedHashMap<String, RolloutManifest>();
    for (var draft : drafts) {
      switch (draft) {
        case Draft.OfStage(var stage, _) -> stages.putIfAbsent(stage.name(), stage);
        case Draft.OfPipeline(var pipeline, _) -> pipelines.putIfAbsent(pipeline.name(), pipeline);
        case Draft.OfNode(var node, _) -> nodes.putIfAbsent(node.name(), node);
        case Draft.OfRollout(var rollout, _) -> rollouts.putIfAbsent(rollout.name(), rollout);
        case Draft.Unreadable _ -> {}
      }
    }
    return new ManifestSet(stages, pipelines, nodes, rollouts, warnings());
  }

  /** The stages by name, the first of each name. */
  private Map<String, Draft.OfStage> stages() {
    var stages = new LinkedHashMap<String, Draft.OfStage>();
    for (var draft : drafts) {
      if (draft instanceof Draft.OfStage stage) {
        stages.putIfAbsent(stage.manifest().name(), stage);
      }
    }
    return stages;
  }

  private Set<String> stagesUsed() {
    var used = new HashSet<String>();
    for (var draft : drafts) {
      switch (draft) {
        case Draft.OfPipeline(var pipeline, _) -> {
          pipeline.steps().forEach(step -> used.add(step.stage()));
          pipeline.splits().stream()
              .flatMap(split -> split.arms().stream())
              .forEach(arm -> arm.stage().ifPresent(used::add));
        }
        case Draft.OfRollout(var rollout, _) -> used.add(rollout.stage());
        case Draft.OfStage _, Draft.OfNode _, Draft.Unreadable _ -> {}
      }
    }
    return used;
  }

  private void checkNames() {
    var first = new HashMap<String, Findings>();
    for (var draft : drafts) {
      var name =
          switch (draft) {
            case Draft.OfStage(var stage, _) -> "stage '" + stage.name() + "'";
            case Draft.OfPipeline(var pipeline, _) -> "pipeline '" + pipeline.name() + "'";
            case Draft.OfNode(var node, _) -> "node '" + node.name() + "'";
            case Draft.OfRollout(var rollout, _) -> "rollout '" + rollout.name() + "'";
            case Draft.Unreadable _ -> "";
          };
      var other = name.isEmpty() ? null : first.putIfAbsent(name, draft.findings());
      if (other != null) {
        var value =
            "%s is also in %s:%d".formatted(name, other.file(), other.placeOf("name").line());
        draft.findings().error("name", value, "distinct names");
      }
    }
  }

  private Neighbours neighbours() {
    var stages = new HashMap<String, StageManifest>();
    var unsureAbi = new HashSet<String>();
    var unsureVariants = new HashSet<String>();
    stages()
        .forEach(
            (name, draft) -> {
              var findings = draft.findings();
              stages.put(name, draft.manifest());
              if (isAbiUnsure(draft)) {
                unsureAbi.add(name);
              }
              if (findings.isBroken("variants")) {
                unsureVariants.add(name);
              }
            });
    var complete = drafts.stream().noneMatch(Draft.Unreadable.class::isInstance);
    return new Neighbours(stages, unsureAbi, unsureVariants, complete);
  }

  private static boolean isAbiUnsure(Draft.OfStage draft) {
    var findings = draft.findings();
    var isUnknown = draft.manifest().abi().outputs().isEmpty();
    return findings.isBroken("abi") || findings.isBroken("options") || isUnknown;
  }
}
