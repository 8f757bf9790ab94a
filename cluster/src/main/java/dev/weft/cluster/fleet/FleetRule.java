package dev.weft.cluster.fleet;

import dev.weft.cluster.fleet.FleetRollout.Phase;
import dev.weft.cluster.site.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What each node is to be told now, and what follows from what they said; pure. */
final class FleetRule {

  private FleetRule() {}

  /**
   * What a node is to do; empty if the rollout does not concern it. One that is not to begin yet is
   * told so, as that fences off what is under way of rollouts before.
   */
  static Optional<Order> order(FleetRollout rollout, FleetView.Node node) {
    return rollout
        .wave(node.id().site(), node.isEdge())
        .filter(_ -> node.stages().contains(rollout.stage()))
        .map(wave -> order(rollout, node.id(), wave));
  }

  private static Order order(FleetRollout rollout, NodeId node, int wave) {
    var hasBegun = rollout.report(node).filter(FleetRule::hasBegun).isPresent();
    return switch (rollout.phase()) {
      case TAKEN_BACK -> Order.ROLL_BACK;
      case UNDER_WAY, DONE -> wave < rollout.begun() ? Order.BEGIN : Order.KEEP;
      // Who tries it goes on by its own gates; nobody else begins.
      case STOPPED -> hasBegun ? Order.BEGIN : Order.KEEP;
    };
  }

  /** Also one that refuses may have had it on trial; one that brings the model has not. */
  private static boolean hasBegun(NodeReport said) {
    return said.order() == Order.BEGIN && said.standing() != Standing.BRINGS;
  }

  /** Whether a node is to be told, once more perhaps. */
  static boolean isDue(FleetRollout rollout, FleetView.Node node) {
    var order = order(rollout, node);
    if (order.isEmpty()) {
      return false;
    }
    var said = rollout.reports().get(node.id());
    return said == null
        || said.process() != node.process()
        || said.epoch() < rollout.epoch()
        || rollout.isOwn(said) && (said.order().compareTo(order.get()) < 0 || !said.isFinal());
  }

  /** What to tell a node. */
  static Instruction instruction(FleetRollout rollout, Order order) {
    return new Instruction(
        rollout.stage(),
        rollout.variant(),
        rollout.epoch(),
        rollout.region(),
        order,
        rollout.allTakenBack(),
        order == Order.BEGIN ? rollout.manifest() : "",
        rollout.declared().filter(_ -> order == Order.BEGIN));
  }

  /** Whether what a node says is not known yet. */
  static boolean isNews(FleetRollout rollout, NodeId node, NodeReport report) {
    return !report.equals(rollout.reports().get(node));
  }

  /** What happens next without anybody's asking; empty while there is something to wait for. */
  static Optional<FleetEvent> next(FleetRollout rollout, FleetView view, Instant now) {
    if (rollout.phase() != Phase.UNDER_WAY) {
      return Optional.empty();
    }
    var failed = failed(rollout);
    if (failed.isPresent()) {
      return Optional.of(new FleetEvent.Ended(rollout.stage(), Phase.STOPPED, failed.get(), now));
    }
    if (!obstacles(rollout, view).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        rollout.begun() < rollout.waves().size()
            ? new FleetEvent.WaveBegan(rollout.stage(), rollout.begun() + 1, now)
            : new FleetEvent.Ended(rollout.stage(), Phase.DONE, "", now));
  }

  private static Optional<String> failed(FleetRollout rollout) {
    return rollout.reports().keySet().stream()
        .flatMap(
            node ->
                rollout
                    .report(node)
                    .filter(said -> said.standing() == Standing.ROLLED_BACK)
                    .map(said -> "node %s took it back: %s".formatted(node, said.why()))
                    .stream())
        .findFirst();
  }

  /**
   * Why the next wave does not begin yet, nor the last end; empty if it may. A node that is away
   * stands in the way only while the candidate is on trial there: else it follows when it is back.
   */
  static List<String> obstacles(FleetRollout rollout, FleetView view) {
    var obstacles = new ArrayList<String>();
    for (var node : view.nodes()) {
      if (order(rollout, node).filter(order -> order == Order.BEGIN).isPresent()) {
        obstacle(rollout, node.id()).ifPresent(obstacles::add);
      }
    }
    rollout.reports().forEach((node, _) -> away(rollout, view, node).ifPresent(obstacles::add));
    for (var wave : rollout.waves().subList(0, rollout.begun())) {
      if (obstacles.isEmpty() && !wave.isRest() && !isHeldIn(rollout, wave)) {
        obstacles.add("no node of %s is reached that runs the stage".formatted(wave));
      }
    }
    return obstacles;
  }

  private static Optional<String> obstacle(FleetRollout rollout, NodeId node) {
    var said = Optional.ofNullable(rollout.reports().get(node));
    if (said.isEmpty() || said.get().epoch() < rollout.epoch()) {
      return Optional.of("node %s has not answered".formatted(node));
    }
    if (!rollout.isOwn(said.get())) {
      return Optional.of(
          "node %s follows rollout %d of region '%s' (expected: %d of '%s')"
              .formatted(
                  node,
                  said.get().epoch(),
                  said.get().region(),
                  rollout.epoch(),
                  rollout.region()));
    }
    return said.get().standing() == Standing.HOLDS
        ? Optional.empty()
        : Optional.of(sentence(node, said.get()));
  }

  private static Optional<String> away(FleetRollout rollout, FleetView view, NodeId node) {
    return rollout
        .report(node)
        .filter(said -> hasBegun(said) && !said.isFinal())
        .filter(_ -> view.find(node).isEmpty())
        .map(said -> sentence(node, said) + "; it is not reached now");
  }

  private static String sentence(NodeId node, NodeReport said) {
    return "node %s %s%s"
        .formatted(
            node,
            said.standing().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
            said.why().isEmpty() ? "" : ": " + said.why());
  }

  private static boolean isHeldIn(FleetRollout rollout, Wave wave) {
    for (Map.Entry<NodeId, NodeReport> each : rollout.reports().entrySet()) {
      if (wave.sites().contains(each.getKey().site())
          && rollout.report(each.getKey()).isPresent()
          && each.getValue().standing() == Standing.HOLDS) {
        return true;
      }
    }
    return false;
  }
}
