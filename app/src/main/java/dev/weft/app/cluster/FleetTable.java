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
    return objects(answer, "rollouts").stream()
        .map(Rollout::new)
        .filter(rollout -> stage.isEmpty() || stage.get().equals(text(rollout.object(), "stage")))
        .toList();
  }

  /**
   * One rollout.
   *
   * @param object as {@code FleetDesk} writes it
   */
  public record Rollout(Map<?, ?> object) {

    /** What it is and what it waits for. */
    public List<String> lines() {
      var lines = new ArrayList<String>();
      lines.add(
          "stage %s: rollout %s to %s, %s%s; wave %s of %d (%s)"
              .formatted(
                  text(object, "stage"),
                  text(object, "epoch"),
                  text(object, "variant"),
                  text(object, "phase"),
                  text(object, "why").isEmpty() ? "" : ": " + text(object, "why"),
                  text(object, "begun"),
                  texts("waves").size(),
                  String.join("; ", texts("waves"))));
      texts("waitsFor").forEach(why -> lines.add("waits: " + why));
      if (!text(object, "nodesMore").equals("0")) {
        lines.add("and %s nodes more".formatted(text(object, "nodesMore")));
      }
      return lines;
    }

    /** A row of each node. */
    public List<List<String>> rows() {
      return objects(object, "nodes").stream().map(Rollout::row).toList();
    }

    private static List<String> row(Map<?, ?> node) {
      var isReached = Boolean.TRUE.equals(node.get("reached"));
      return List.of(
          text(node, "node"),
          isReached ? "yes" : "no",
          text(node, "epoch"),
          text(node, "order"),
          text(node, "standing"),
          text(node, "why"));
    }

    private List<String> texts(String field) {
      return object.get(field) instanceof List<?> list
          ? list.stream().map(String::valueOf).toList()
          : List.of();
    }
  }

  private static List<Map<?, ?>> objects(Map<?, ?> from, String field) {
    var objects = new ArrayList<Map<?, ?>>();
    if (from.get(field) instanceof List<?> list) {
      for (var each : list) {
        if (each instanceof Map<?, ?> object) {
          objects.add(object);
        }
      }
    }
    return objects;
  }

  private static String text(Map<?, ?> object, String field) {
    var value = object.get(field);
    return value == null ? "" : value.toString();
  }
}
