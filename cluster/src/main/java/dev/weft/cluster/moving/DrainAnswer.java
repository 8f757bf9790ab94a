package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an operator is answered of the draining of a site: a JSON object. */
final class DrainAnswer {

  private DrainAnswer() {}

  static String refused(String why) {
    return Json.write(Map.of("refused", why));
  }

  /** How it stands. */
  static String status(
      SiteName site,
      MovingState state,
      DrainWork work,
      Optional<String> trouble,
      List<String> missing) {
    var moved =
        state.away().values().stream().filter(gone -> gone.reason() == MoveReason.DRAIN).count();
    var object = new LinkedHashMap<String, Object>();
    object.put("site", site.text());
    object.put("stands", stands(state, work, moved));
    state.drain().ifPresent(order -> object.put("to", order.to().text()));
    state.drain().ifPresent(order -> object.put("since", order.at().toString()));
    // Those on their way are noted as gone.
    object.put("away", Math.max(0, moved - work.underWay()));
    object.put("underWay", work.underWay());
    object.put("waiting", work.waiting());
    object.put("trouble", trouble.orElse(""));
    object.put("missingPipelines", missing);
    put(object, "staying", work.staying().count(), work.staying().named());
    put(object, "failing", work.failing().size(), work.failing());
    return Json.write(object);
  }

  private static String stands(MovingState state, DrainWork work, long moved) {
    if (state.drain().isPresent()) {
      return work.isDone() ? "drained" : "draining";
    }
    return moved > 0 ? "coming home" : "not drained";
  }

  private static void put(
      Map<String, Object> object, String field, int count, Map<String, String> sessions) {
    var named = new ArrayList<Map<String, Object>>();
    sessions.forEach((session, why) -> named.add(Map.of("session", session, "why", why)));
    object.put(field + "Count", count);
    object.put(field, named);
  }
}
