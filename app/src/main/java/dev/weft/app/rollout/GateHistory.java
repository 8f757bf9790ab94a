package dev.weft.app.rollout;

import dev.weft.supervisor.evidence.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The gates of a rollout over time, from its evidence, as values for JSON. */
final class GateHistory {

  /** Looks told of one rollout; more are thinned out evenly, and the last is always among them. */
  static final int LOOKS_MAX = 300;

  private GateHistory() {}

  /**
   * One object for each look that was kept: when, at which step, and each gate's figures.
   *
   * @param entries of one rollout, in order
   */
  static List<Map<String, Object>> of(List<Entry> entries) {
    var looks = entries.stream().filter(GateHistory::isLook).toList();
    var every = Math.ceilDiv(looks.size(), LOOKS_MAX);
    var objects = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < looks.size(); i++) {
      if (every <= 1 || (looks.size() - 1 - i) % every == 0) {
        objects.add(object(looks.get(i)));
      }
    }
    return objects;
  }

  private static boolean isLook(Entry entry) {
    return (entry.kind().equals("stands") || entry.kind().equals("step-judged"))
        && entry.body().containsKey("gates");
  }

  private static Map<String, Object> object(Entry entry) {
    var object = new LinkedHashMap<String, Object>();
    object.put("at", entry.at().toString());
    object.put("step", entry.body().getOrDefault("step", ""));
    object.put("gates", entry.body().getOrDefault("gates", List.of()));
    return object;
  }
}
