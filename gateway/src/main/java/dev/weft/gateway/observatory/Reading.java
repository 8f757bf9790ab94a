package dev.weft.gateway.observatory;

import dev.weft.fabric.manifest.Lane;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All counts of a node's pipelines at one moment.
 *
 * @param nanos when, on a clock that only goes forward
 * @param pipelines those deployed, by name
 */
record Reading(long nanos, Map<String, OfPipeline> pipelines) {

  /**
   * @param waiting runs before each step, by step and lane
   * @param lane of its frames, unless a request says otherwise
   */
  record OfPipeline(
      PipelineFlow.Read flow,
      Graph graph,
      Lane lane,
      int inFlight,
      int inFlightMax,
      Map<String, Map<Lane, Integer>> waiting) {}

  Reading {
    pipelines = Map.copyOf(pipelines);
  }

  /**
   * The same counts in {@code earlier}; these here, so that nothing has happened since, if none.
   */
  PipelineFlow.Read before(String pipeline, PipelineFlow.Read now, Reading earlier) {
    var then = earlier.pipelines().get(pipeline);
    return then == null ? now : then.flow();
  }

  static <T> Map<String, T> byKey(List<T> values, Function<T, String> key) {
    return values.stream().collect(Collectors.toMap(key, value -> value));
  }
}
