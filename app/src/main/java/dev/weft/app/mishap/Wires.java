package dev.weft.app.mishap;

import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.PlannedNode;
import dev.weft.link.testkit.FaultProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What the nodes of a cluster reach each other by: something stands before each, and may fail. */
final class Wires implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final Duration FAR = Duration.ofMillis(150);

  private final Map<String, Wire> wires = new HashMap<>();

  private record Wire(FaultProxy actors, FaultProxy link) {}

  /** The plan of a cluster whose nodes reach each other by these. */
  ClusterPlan before(ClusterPlan plan) {
    return plan.with(this::before);
  }

  private PlannedNode before(PlannedNode node) {
    var wire =
        new Wire(
            FaultProxy.before(HOST, node.listens().actors()),
            FaultProxy.before(HOST, node.listens().link()));
    wires.put(node.id(), wire);
    return node.reachedBy(new PlannedNode.Ports(wire.actors().port(), wire.link().port()));
  }

  /**
   * Has what lies before a node fail until it is mended.
   *
   * @throws IllegalArgumentException if that kind is no fault of these
   */
  void harm(Mishap.Kind how, String node) {
    var wire = wire(node);
    switch (how) {
      case DEAF -> {
        wire.actors().drop(FaultProxy.Way.TO_SERVER);
        wire.link().drop(FaultProxy.Way.TO_SERVER);
      }
      case LINK -> wire.link().drop(FaultProxy.Way.BOTH);
      case SLOW -> {
        wire.actors().delay(FaultProxy.Way.BOTH, FAR);
        wire.link().delay(FaultProxy.Way.BOTH, FAR);
      }
      case KILL, RESTART, STOP, JOURNAL, JOURNAL_RESTART, DISK ->
          throw new IllegalArgumentException("%s (expected: a fault between nodes)".formatted(how));
    }
  }

  /** All is as it was. */
  void mend(String node) {
    wire(node).actors().heal();
    wire(node).link().heal();
  }

  private Wire wire(String node) {
    var wire = wires.get(node);
    if (wire == null) {
      throw new IllegalArgumentException(
          "node: '%s' (expected: one of %s)".formatted(node, wires.keySet()));
    }
    return wire;
  }

  @Override
  public void close() {
    for (var wire : wires.values()) {
      wire.actors().close();
      wire.link().close();
    }
  }
}
