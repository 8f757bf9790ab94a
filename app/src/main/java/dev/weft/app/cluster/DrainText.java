package dev.weft.app.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the draining of a site stands, for people.
 *
 * @param answer as {@code DrainDesk} writes it
 */
public record DrainText(Map<String, Object> answer) {

  public static List<String> head() {
    return List.of("session", "stays", "why");
  }

  /** What is done, and what is left. */
  public List<String> lines() {
    var fields = new Fields(answer);
    var lines = new ArrayList<String>();
    lines.add(
        "site %s: %s%s; away: %s, on their way: %s, waiting: %s%s, staying: %s"
            .formatted(
                fields.text("site"),
                fields.text("stands"),
                fields.text("to").isEmpty()
                    ? ""
                    : " to %s since %s".formatted(fields.text("to"), fields.text("since")),
                fields.text("away"),
                fields.text("underWay"),
                fields.text("waiting"),
                fields.text("failingCount").equals("0")
                    ? ""
                    : ", tried again: " + fields.text("failingCount"),
                fields.text("stayingCount")));
    if (!fields.text("trouble").isEmpty()) {
      lines.add("nothing goes now: " + fields.text("trouble"));
    }
    var missing = fields.texts("missingPipelines");
    if (!missing.isEmpty()) {
      lines.add(
          "not deployed on all nodes there, so their frames run where they come: "
              + String.join(", ", missing));
    }
    return lines;
  }

  /** Sessions that do not go, and why. */
  public List<List<String>> rows() {
    var fields = new Fields(answer);
    var rows = new ArrayList<List<String>>();
    for (var each : fields.objects("staying")) {
      rows.add(List.of(each.text("session"), "for good", each.text("why")));
    }
    for (var each : fields.objects("failing")) {
      rows.add(List.of(each.text("session"), "for now", each.text("why")));
    }
    return rows;
  }
}
