package dev.weft.app.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node sees of its cluster, as a table: one row of each member, with what it told of itself.
 *
 * @param status as {@code StatusDesk} writes it
 */
public record StatusTable(Map<String, Object> status) {

  private static final double PERCENT = 100;

  public static List<String> head() {
    return List.of("site", "node", "role", "status", "pipelines", "load", "cpu", "link");
  }

  /** By site and node; members of which nothing was heard of late are named by their address. */
  public List<List<String>> rows() {
    var told = new TreeMap<String, Map<?, ?>>();
    for (var node : objects("nodes")) {
      told.put(text(node, "actors"), node);
    }
    var rows = new ArrayList<List<String>>();
    for (var member : objects("members")) {
      var node = told.remove(text(member, "actors"));
      var reached = Boolean.TRUE.equals(member.get("reached"));
      rows.add(row(member, node == null ? Map.of() : node, reached));
    }
    rows.sort(java.util.Comparator.comparing((List<String> row) -> row.get(0) + "/" + row.get(1)));
    return rows;
  }

  private static List<String> row(Map<?, ?> member, Map<?, ?> node, boolean isReached) {
    var id = text(node, "node");
    return List.of(
        text(member, "site"),
        id.isEmpty() ? text(member, "actors") : id.substring(id.indexOf('/') + 1),
        text(node, "role"),
        text(member, "status").toLowerCase(Locale.ROOT) + (isReached ? "" : ", not reached"),
        node.get("pipelines") instanceof List<?> names ? Integer.toString(names.size()) : "",
        share(node, "load"),
        share(node, "cpu"),
        text(node, "link"));
  }

  private static String share(Map<?, ?> node, String field) {
    return node.get(field) instanceof Number share
        ? "%.0f %%".formatted(share.doubleValue() * PERCENT)
        : "";
  }

  private List<Map<?, ?>> objects(String field) {
    var objects = new ArrayList<Map<?, ?>>();
    if (status.get(field) instanceof List<?> list) {
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

  /** Who sees it so, and which way frames went there. */
  public String caption() {
    var frames = status.get("frames") instanceof Map<?, ?> counts ? counts : Map.of();
    return ("seen by %s; frames: %s of sessions that live here, %s sent to other nodes, %s taken"
            + " from them, %s lost on the way")
        .formatted(
            status.get("seenBy"),
            text(frames, "here"),
            text(frames, "away"),
            text(frames, "taken"),
            text(frames, "lost"));
  }
}
