package dev.weft.gateway.observatory;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.routing.Switches;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A deployed pipeline as values for JSON: what it declares, and what runs at its steps now. */
final class PipelineObject {

  private PipelineObject() {}

  static Map<String, Object> of(Pipeline pipeline) {
    var manifest = pipeline.manifest();
    var object = new LinkedHashMap<String, Object>();
    object.put("name", manifest.name());
    object.put("summary", manifest.summary());
    object.put("owner", manifest.owner());
    object.put("lane", manifest.lane().word());
    object.put("deadlineMillis", manifest.deadline().toMillis());
    object.put("maxInFlight", manifest.door().maxInFlight());
    object.put("inputs", manifest.inputs().stream().map(input -> tensor(input.spec())).toList());
    object.put("outputs", manifest.outputs().stream().map(output -> output.name()).toList());
    object.put("gates", rules(pipeline.switches()));
    object.put(
        "steps",
        pipeline.plan().map(plan -> StepObjects.of(plan, pipeline.switches())).orElse(List.of()));
    object.put("edges", Graph.of(manifest).edges().stream().map(PipelineObject::edge).toList());
    object.put("stages", stages(pipeline.stages()));
    return object;
  }

  /** Of the gates, by name: {@code on}, {@code off}, or for which share. */
  private static Map<String, Object> rules(Switches switches) {
    var rules = new LinkedHashMap<String, Object>();
    switches.flags().forEach((gate, flag) -> rules.put(gate, flag.rule().word()));
    return rules;
  }

  private static Map<String, Object> tensor(TensorSpec spec) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", spec.name());
    object.put("datatype", spec.datatype().name());
    object.put("shape", spec.shape().stream().map(PipelineObject::dim).toList());
    return object;
  }

  private static Object dim(Dim dim) {
    return switch (dim) {
      case Dim.Fixed(var size) -> size;
      case Dim.Named named -> named.name();
      case Dim.Any _ -> "any";
    };
  }

  private static Map<String, Object> edge(Graph.Edge edge) {
    var object = new LinkedHashMap<String, Object>();
    object.put("from", edge.from());
    object.put("to", edge.to());
    object.put("tensors", edge.tensors());
    return object;
  }

  /** By name, the variants each declares. */
  private static Map<String, Object> stages(Map<String, StageManifest> stages) {
    var object = new LinkedHashMap<String, Object>();
    new TreeMap<>(stages)
        .forEach(
            (name, stage) ->
                object.put(
                    name, stage.variants().stream().map(variant -> variant.name()).toList()));
    return object;
  }
}
