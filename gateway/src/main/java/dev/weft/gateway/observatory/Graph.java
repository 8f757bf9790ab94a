package dev.weft.gateway.observatory;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.TensorRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The wiring of a pipeline between {@value #FRAME}, its steps and {@value #ANSWER}: one edge for
 * all tensors that go the same way.
 */
record Graph(List<Edge> edges) {

  /** Where a frame comes in. */
  static final String FRAME = "frame";

  /** Where its answer goes out. */
  static final String ANSWER = "answer";

  /**
   * @param from {@value #FRAME} or a step
   * @param to a step or {@value #ANSWER}
   * @param tensors their names where they come from
   */
  record Edge(String from, String to, List<String> tensors) {
    Edge {
      tensors = List.copyOf(tensors);
    }
  }

  Graph {
    edges = List.copyOf(edges);
  }

  private record Ends(String from, String to) {}

  static Graph of(PipelineManifest manifest) {
    var tensors = new LinkedHashMap<Ends, Set<String>>();
    for (var step : manifest.steps()) {
      step.inputs().values().forEach(source -> add(tensors, source, step.name()));
      step.when().ifPresent(when -> add(tensors, when.tensor(), step.name()));
    }
    manifest.outputs().forEach(output -> add(tensors, output.from(), ANSWER));
    var edges = new ArrayList<Edge>();
    tensors.forEach((ends, names) -> edges.add(new Edge(ends.from(), ends.to(), names(names))));
    return new Graph(edges);
  }

  private static List<String> names(Set<String> names) {
    return List.copyOf(names);
  }

  private static void add(Map<Ends, Set<String>> tensors, TensorRef source, String to) {
    tensors
        .computeIfAbsent(new Ends(source.step().orElse(FRAME), to), _ -> new LinkedHashSet<>())
        .add(source.tensor());
  }
}
