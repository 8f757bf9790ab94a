package dev.weft.fabric.manifest;

import dev.weft.fabric.problem.Problem;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All manifests read together, checked one by one and against each other. */
public record ManifestSet(
    Map<String, StageManifest> stages,
    Map<String, PipelineManifest> pipelines,
    Map<String, NodeManifest> nodes,
    Map<String, RolloutManifest> rollouts,
    List<Problem> warnings) {

  public ManifestSet {
    stages = Collections.unmodifiableMap(new LinkedHashMap<>(stages));
    pipelines = Collections.unmodifiableMap(new LinkedHashMap<>(pipelines));
    nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    rollouts = Collections.unmodifiableMap(new LinkedHashMap<>(rollouts));
    warnings = List.copyOf(warnings);
  }

  public Optional<StageManifest> stage(String name) {
    return Optional.ofNullable(stages.get(name));
  }

  public Optional<PipelineManifest> pipeline(String name) {
    return Optional.ofNullable(pipelines.get(name));
  }

  public Optional<NodeManifest> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  public Optional<RolloutManifest> rollout(String name) {
    return Optional.ofNullable(rollouts.get(name));
  }
}
