package dev.weft.cluster.node;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Plan;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How a node is now, as it tells others. */
final class Condition {

  private Condition() {}

  /**
   * @param vitals of its machine
   * @param isReady whether it takes frames of others
   */
  static NodeFacts.State of(Weft weft, Vitals vitals, boolean isReady) {
    var pipelines = weft.pipelines();
    var inside = pipelines.stream().mapToInt(Pipeline::inFlight).sum();
    return new NodeFacts.State(
        0,
        pipelines.stream().map(Pipeline::name).collect(Collectors.toUnmodifiableSet()),
        variants(weft),
        (double) inside / weft.loops(),
        weft.load().sample().machineShare(),
        weft.tensors().bytesMax() - weft.tensors().bytesHeld(),
        vitals.celsius(),
        vitals.watts(),
        vitals.priceMicros(),
        forecasts(weft),
        isReady);
  }

  /** Of a frame of nobody in the pipeline's own lane, where anything is known. */
  private static Map<String, Long> forecasts(Weft weft) {
    var forecasts = new HashMap<String, Long>();
    for (var pipeline : weft.pipelines()) {
      var nanos = pipeline.expectedNanos(pipeline.manifest().lane(), "");
      if (nanos > 0) {
        forecasts.put(pipeline.name(), nanos);
      }
    }
    return forecasts;
  }

  private static Set<String> variants(Weft weft) {
    return weft.pipelines().stream()
        .flatMap(pipeline -> pipeline.plan().stream())
        .map(Plan::steps)
        .flatMap(steps -> steps.stream())
        .flatMap(step -> step.arms().stream())
        .map(arm -> arm.stage() + "@" + arm.variant())
        .collect(Collectors.toUnmodifiableSet());
  }
}
