package dev.weft.cluster.fleet;

import dev.weft.cluster.site.NodeId;
import dev.weft.fabric.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** What an operator is answered, as one JSON object. */
final class FleetAnswer {

  /** As many as a message between actors has room for. */
  private static final int NODES_MAX = 500;

  private static final int OBSTACLES_MAX = 10;

  private FleetAnswer() {}

  static String refused(String why) {
    return Json.write(Map.of("refused", why));
  }

  /**
   * How all stand.
   *
   * @param unheard why the last word to a node was not answered
   */
  static String status(FleetState state, FleetView view, Map<NodeId, String> unheard) {
    return Json.write(
        Map.of(
            "rollouts",
            state.rollouts().values().stream()
                .map(rollout -> rollout(rollout, view, unheard))
                .toList()));
  }

  private static Map<String, Object> rollout(
      FleetRollout rollout, FleetView view, Map<NodeId, String> unheard) {
    var object = new LinkedHashMap<String, Object>();
    object.put("stage", rollout.stage());
    object.put("epoch", rollout.epoch());
    object.put("variant", rollout.variant());
    object.put("phase", word(rollout.phase()));
    object.put("why", rollout.why());
    object.put("waves", rollout.waves().stream().map(Wave::toString).toList());
    object.put("begun", rollout.begun());
    object.put("startedAt", rollout.startedAt().toString());
    if (rollout.phase() == FleetRollout.Phase.UNDER_WAY) {
      object.put(
          "waitsFor", FleetRule.obstacles(rollout, view).stream().limit(OBSTACLES_MAX).toList());
    }
    var nodes = nodes(rollout, view, unheard);
    object.put("nodes", nodes.subList(0, Math.min(NODES_MAX, nodes.size())));
    object.put("nodesMore", Math.max(0, nodes.size() - NODES_MAX));
    return object;
  }

  private static List<Map<String, Object>> nodes(
      FleetRollout rollout, FleetView view, Map<NodeId, String> unheard) {
    var ids = new TreeSet<>(rollout.reports().keySet());
    for (var node : view.nodes()) {
      if (FleetRule.order(rollout, node).isPresent()) {
        ids.add(node.id());
      }
    }
    var nodes = new ArrayList<Map<String, Object>>();
    for (var id : ids) {
      nodes.add(node(rollout, id, view, unheard.getOrDefault(id, "")));
    }
    return nodes;
  }

  private static Map<String, Object> node(
      FleetRollout rollout, NodeId id, FleetView view, String unheard) {
    var said = rollout.reports().get(id);
    var object = new LinkedHashMap<String, Object>();
    object.put("node", id.toString());
    object.put("reached", view.find(id).isPresent());
    object.put("epoch", said == null ? 0 : said.epoch());
    object.put("order", said == null ? "" : word(said.order()));
    object.put("standing", said == null ? "" : word(said.standing()));
    object.put("why", said == null || !unheard.isEmpty() ? unheard : said.why());
    return object;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
