package dev.weft.app.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the rollouts of a fleet stand, for people.
 *
 * @param answer as {@code FleetDesk} writes it
 */
public record FleetTable(Map<String, Object> answer) {

  public static List<String> head() {
    return List.of("node", "reached", "epoch", "order", "stands", "why");
  }

  /** One of each stage, or that of one; none if there is none. */
  public List<Rollout> rollouts(Optional<String> stage) {
    return new Fields(answer)
        .objects("rollouts").stream()
            .filter(each -> stage.isEmpty() || stage.get().equals(each.text("stage")))
            .map(Rollout::new)
            .toList();
  }

  /** One rollout. */
  public static final class Rollout {

    private final Fields rollout;

    private Rollout(Fields rollout) {
      this.rollout = rollout;
    }

    /** What it is and what it waits for. */
    public List<String> lines() {
      var waves = rollout.texts("waves");
      var why = rollout.text("why");
      var lines = new ArrayList<String>();
      lines.add(
          "stage %s: rollout %s to %s, %s%s; wave %s of %d (%s)"
              .formatted(
                  rollout.text("stage"),
                  rollout.text("epoch"),
                  rollout.text("variant"),
                  rollout.text("phase"),
                  why.isEmpty() ? "" : ": " + why,
                  rollout.text("begun"),
                  waves.size(),
                  String.join("; ", waves)));
      rollout.texts("waitsFor").forEach(reason -> lines.add("waits: " + reason));
      if (!rollout.text("nodesMore").equals("0")) {
        lines.add("and %s nodes more".formatted(rollout.text("nodesMore")));
      }
      return lines;
    }

    /** A row of each node. */
    public List<List<String>> rows() {
      return rollout.objects("nodes").stream().map(Rollout::row).toList();
    }

    private static List<String> row(Fields node) {
      return List.of(
          node.text("node"),
          node.isTrue("reached") ? "yes" : "no",
          node.text("epoch"),
          node.text("order"),
          node.text("standing"),
          node.text("why"));
    }
  }
}
