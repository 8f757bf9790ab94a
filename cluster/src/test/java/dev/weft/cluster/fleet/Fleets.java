package dev.weft.cluster.fleet;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.Variant;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Fleets of a region and edges of which each runs one stage, for tests. */
final class Fleets {

  static final SiteName REGION = new SiteName("region");
  static final Instant AT = Instant.ofEpochMilli(1_767_268_800_123L);
  static final String STAGE = "score";
  static final long PROCESS = 7;

  private Fleets() {}

  static NodeId id(String text) {
    return NodeId.find(text).orElseThrow();
  }

  static FleetView.Node node(String id) {
    return node(id, Set.of(STAGE));
  }

  static FleetView.Node node(String id, Set<String> stages) {
    var node = id(id);
    return new FleetView.Node(node, "127.0.0.1:1", PROCESS, !node.site().equals(REGION), stages);
  }

  /** That sees these nodes and no other site. */
  static FleetView view(String... ids) {
    var nodes = new ArrayList<FleetView.Node>();
    var sites = new TreeSet<SiteName>();
    sites.add(REGION);
    for (var id : ids) {
      nodes.add(node(id));
      sites.add(id(id).site());
    }
    return new FleetView(nodes, sites);
  }

  /** A variant of which only the file is worth something. */
  static DeclaredVariant declared(String variant) {
    var artifact =
        new Artifact(
            variant + ".onnx", Path.of(""), "0123456789abcdef".repeat(4), 100, Optional.empty());
    return new DeclaredVariant(
        STAGE,
        "onnx",
        1,
        "x FP32[1] -> y FP32[1]",
        Residency.anywhere(),
        new Variant(
            variant,
            Optional.of("int8"),
            Optional.of(artifact),
            Map.of("threads", 2L),
            true,
            List.of("exact-int8")));
  }

  static Optional<List<DeclaredVariant>> variants(String... variants) {
    return Optional.of(Stream.of(variants).map(Fleets::declared).toList());
  }

  static FleetDraft draft(String variant, String waves) {
    return new FleetDraft(STAGE, variant, "manifest of " + variant, Wave.parse(waves));
  }

  /** A fleet in which one began, as its only one. */
  static FleetState started(String waves, FleetView view) {
    return accepted(
        FleetState.none(),
        FleetState.none().start(draft("int8", waves), REGION, Optional.empty(), view, AT));
  }

  static FleetState accepted(FleetState state, FleetDecision decision) {
    return switch (decision) {
      case FleetDecision.Accept(var events) -> after(state, events);
      case FleetDecision.Refuse(var why) -> throw new AssertionError(why);
    };
  }

  static FleetState after(FleetState state, List<FleetEvent> events) {
    var next = state;
    for (var event : events) {
      next = next.on(event);
    }
    return next;
  }

  static NodeReport report(long epoch, Order order, Standing standing) {
    var why = standing == Standing.ROLLED_BACK ? "psi of y 0.4" : "";
    return new NodeReport(epoch, REGION.text(), order, standing, why, PROCESS);
  }

  /** After a node told so, and what follows from that. */
  static FleetState told(FleetState state, FleetView view, String node, NodeReport report) {
    return advanced(accepted(state, state.report(STAGE, id(node), report, AT)), view);
  }

  /** After a node told so of the epoch that counts, by an order to begin. */
  static FleetState told(FleetState state, FleetView view, String node, Standing standing) {
    return told(state, view, node, report(latest(state).epoch(), Order.BEGIN, standing));
  }

  static FleetState advanced(FleetState state, FleetView view) {
    return accepted(state, state.advance(view, AT));
  }

  static FleetRollout latest(FleetState state) {
    return state.find(STAGE).orElseThrow();
  }
}
