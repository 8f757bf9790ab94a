package dev.weft.cluster.frame;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.route.Candidate;
import dev.weft.cluster.route.LinkState;
import dev.weft.cluster.route.Surroundings;
import dev.weft.cluster.site.NodeId;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.NodeManifest.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What there is to answer a frame, as this node knows it: itself, and what others told of late.
 * Nodes of linked edge sites are not trusted, and none of them. Threadsafe; no method blocks.
 *
 * @param zones that this node lies in
 * @param forecast of answers by this node
 */
record Neighbours(
    NodeId here, Set<String> zones, FactBook facts, FrameLink link, Forecast forecast) {

  /** Most other nodes that are weighed for one frame, by site and name. */
  private static final int NODES_MAX = 256;

  /**
   * @param tenant whose the frame is
   * @param answerAge of the earlier answer that could stand in for one to the frame
   */
  Surroundings around(
      Pipeline pipeline, Lane lane, String tenant, Supplier<Optional<Duration>> answerAge) {
    var others = new ArrayList<Candidate>();
    for (var node : facts.all()) {
      var isOther = !node.id().equals(here) && !node.link().isEmpty() && !node.isLinkedEdge();
      if (isOther
          && node.state().pipelines().contains(pipeline.name())
          && others.size() < NODES_MAX) {
        others.add(candidate(node));
      }
    }
    return new Surroundings(
        own(pipeline, lane, tenant), others, cheaper(pipeline), answerAge, List.of());
  }

  private Candidate own(Pipeline pipeline, Lane lane, String tenant) {
    var expected = Duration.ofNanos(forecast.nanos(pipeline, lane, tenant));
    return new Candidate(
        here.toString(),
        here.site(),
        Role.EDGE,
        zones,
        Map.of(pipeline.name(), expected),
        Set.of(),
        Duration.ZERO,
        true,
        LinkState.none());
  }

  private Candidate candidate(NodeFacts node) {
    var told = node.state().forecasts();
    var forecasts = new HashMap<String, Duration>();
    // Where nothing is known yet, nothing speaks against it, as at a door.
    for (var name : node.state().pipelines()) {
      forecasts.put(name, Duration.ofNanos(told.getOrDefault(name, 0L)));
    }
    return new Candidate(
        node.id().toString(),
        node.site(),
        node.role(),
        node.zones(),
        forecasts,
        Set.of(),
        facts.age(node.id()).orElse(Duration.ofNanos(Long.MAX_VALUE)),
        node.state().isReady(),
        link.state(node));
  }

  /** As nobody knows how long cheaper variants take together, they count as in time. */
  private static Optional<Duration> cheaper(Pipeline pipeline) {
    return pipeline.manifest().steps().stream()
            .flatMap(step -> step.degrade().stream())
            .anyMatch(Degrade.Cheaper.class::isInstance)
        ? Optional.of(Duration.ZERO)
        : Optional.empty();
  }
}
