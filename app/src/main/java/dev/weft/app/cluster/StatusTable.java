package dev.weft.app.cluster;

import java.util.Comparator;
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

  /** The last moves that are shown; {@code --json} has more. */
  private static final int MOVES_SHOWN = 5;

  public static List<String> head() {
    return List.of("site", "node", "role", "status", "pipelines", "load", "cpu", "link", "records");
  }

  /** By site and node; members of which nothing was heard of late are named by their address. */
  public List<List<String>> rows() {
    var all = new Fields(status);
    var told = new TreeMap<String, Fields>();
    for (var node : all.objects("nodes")) {
      told.put(key(site(node.text("node")), node), node);
    }
    return all.objects("members").stream()
        .map(
            member -> row(member, told.getOrDefault(key(member.text("site"), member), Fields.NONE)))
        .sorted(Comparator.comparing(row -> row.get(0) + "/" + row.get(1)))
        .toList();
  }

  /** Actors of two linked sites may have one address. */
  private static String key(String site, Fields at) {
    return site + " " + at.text("actors");
  }

  private static String site(String node) {
    return node.substring(0, Math.max(0, node.indexOf('/')));
  }

  private static List<String> row(Fields member, Fields node) {
    var id = node.text("node");
    return List.of(
        member.text("site"),
        id.isEmpty() ? member.text("actors") : id.substring(id.indexOf('/') + 1),
        node.text("role"),
        member.text("status").toLowerCase(Locale.ROOT)
            + (member.isTrue("linked") ? ", linked" : "")
            + (member.isTrue("reached") ? "" : ", not reached")
            + (node.isTrue("draining") ? ", drains its site" : ""),
        id.isEmpty() ? "" : Integer.toString(node.texts("pipelines").size()),
        share(node, "load"),
        share(node, "cpu"),
        node.text("link"),
        new StandbyText(node).text());
  }

  private static String share(Fields node, String field) {
    return node.object().get(field) instanceof Number share
        ? "%.0f %%".formatted(share.doubleValue() * PERCENT)
        : "";
  }

  /** Who sees it so, and which way frames went there. */
  public String caption() {
    var counts = status.get("frames") instanceof Map<?, ?> object ? object : Map.of();
    var frames = new Fields(counts);
    return ("seen by %s; frames: %s of sessions that live here, %s sent to other nodes, %s taken"
            + " from them, %s lost on the way")
        .formatted(
            status.get("seenBy"),
            frames.text("here"),
            frames.text("away"),
            frames.text("taken"),
            frames.text("lost"));
  }

  /** The last moves of sessions that the node has carried out; none where there were none. */
  public List<String> moves() {
    var moves = new Fields(status.get("moves") instanceof Map<?, ?> object ? object : Map.of());
    return moves.objects("recent").stream()
        .limit(MOVES_SHOWN)
        .map(
            move ->
                "%s session %s%s to %s: %s%s"
                    .formatted(
                        move.text("at"),
                        move.text("session"),
                        move.text("from").isEmpty() ? "" : " from " + move.text("from"),
                        move.text("to"),
                        move.text("reason"),
                        move.text("trouble").isEmpty() ? "" : ", failed: " + move.text("trouble")))
        .toList();
  }
}
