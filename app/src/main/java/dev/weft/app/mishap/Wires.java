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

  /** Nothing that others say reaches a node. */
  void deafen(String node) {
    wire(node).actors().drop(FaultProxy.Way.TO_SERVER);
    wire(node).link().drop(FaultProxy.Way.TO_SERVER);
  }

  /** Its data link swallows all, both ways. */
  void swallow(String node) {
    wire(node).link().drop(FaultProxy.Way.BOTH);
  }

  /** What comes to it and what it answers comes late. */
  void slow(String node) {
    wire(node).actors().delay(FaultProxy.Way.BOTH, FAR);
    wire(node).link().delay(FaultProxy.Way.BOTH, FAR);
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
