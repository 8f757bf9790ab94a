package dev.weft.app.rollout;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.supervisor.evidence.Entry;
import dev.weft.supervisor.evidence.EvidenceCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How rollouts stand, for a person: the three KPIs with their limits, and a line on each step. */
public final class RolloutPrint {

  private static final Set<String> UNDER_WAY = Set.of("PROGRESSING", "PAUSED", "WATCHING");
  private static final int BAR_WIDTH = 24;

  private final Console console;
  private int lines;

  public RolloutPrint(Console console) {
    this.console = console;
  }

  /** Whether a rollout in {@code answer} is not over. */
  public static boolean isUnderWay(Map<String, Object> answer) {
    return objects(answer.get("rollouts")).stream()
        .anyMatch(each -> UNDER_WAY.contains(text(each, "phase")));
  }

  /**
   * @param replaces whether it takes the place of what was printed before, on a live terminal
   */
  public void status(Map<String, Object> answer, boolean replaces) {
    if (replaces && console.isLive() && lines > 0) {
      console.out().print("\u001b[%dA\u001b[J".formatted(lines));
    }
    lines = 0;
    var rollouts = objects(answer.get("rollouts"));
    if (rollouts.isEmpty()) {
      line("no rollout yet");
    }
    for (var rollout : rollouts) {
      rollout(rollout);
    }
  }

  private void rollout(Map<?, ?> rollout) {
    line(text(rollout, "sentence"));
    if (rollout.containsKey("trouble")) {
      line("  trouble: " + text(rollout, "trouble"));
    }
    if (rollout.containsKey("waits")) {
      line("  waits: " + text(rollout, "waits"));
    }
    if (UNDER_WAY.contains(text(rollout, "phase"))) {
      line("  " + steps(rollout));
      if (rollout.containsKey("verdict")) {
        line(
            "  frames: %s by %s, %s by %s, %s run by both, %s passed over, %s replayed"
                .formatted(
                    text(rollout, "stableFrames"),
                    text(rollout, "stable"),
                    text(rollout, "candidateFrames"),
                    text(rollout, "candidate"),
                    text(rollout, "comparedFrames"),
                    text(rollout, "missedFrames"),
                    text(rollout, "replayedFrames")));
        texts(rollout.get("notes")).forEach(note -> line("  note: " + note));
        objects(rollout.get("gates")).forEach(this::gate);
        line("  %s: %s".formatted(text(rollout, "verdict"), text(rollout, "why")));
      }
    }
    texts(rollout.get("evidence")).forEach(file -> line("  evidence: " + file));
    if (rollout.containsKey("evidenceTrouble")) {
      line("  evidence: " + text(rollout, "evidenceTrouble"));
    }
  }

  private static String steps(Map<?, ?> rollout) {
    var words = new ArrayList<String>();
    var isWatched = text(rollout, "phase").equals("WATCHING");
    var at = !isWatched && rollout.get("step") instanceof Number step ? step.intValue() : -1;
    var labels = rollout.get("steps") instanceof List<?> list ? list : List.of();
    for (var i = 0; i < labels.size(); i++) {
      words.add(i == at ? "[" + labels.get(i) + "]" : String.valueOf(labels.get(i)));
    }
    if (isWatched) {
      words.add("[watch]");
    }
    return String.join(" > ", words);
  }

  /** A bar whose right end is twice the limit; the interval is drawn solid, the limit is a mark. */
  private void gate(Map<?, ?> gate) {
    var limit = number(gate, "limit");
    var bar = new StringBuilder();
    for (var i = 0; i < BAR_WIDTH; i++) {
      var value = 2 * limit * (i + 0.5) / BAR_WIDTH;
      var isIn = value >= number(gate, "lower") && value <= number(gate, "upper");
      bar.append(i == BAR_WIDTH / 2 ? '|' : isIn ? '=' : '.');
    }
    line(
        Amount.format(
            "  %-12s %-38s %s %8s of %.4g  %s",
            text(gate, "kpi"),
            text(gate, "metric"),
            bar,
            estimate(number(gate, "estimate")),
            limit,
            text(gate, "verdict")));
  }

  private static String estimate(double value) {
    return Double.isNaN(value) ? "?" : Amount.format("%.4g", value);
  }

  /** The rollouts that are over, oldest first. */
  public void history(Map<String, Object> answer) {
    for (var rollout : objects(answer.get("rollouts"))) {
      var rows = new ArrayList<List<String>>();
      for (var past : objects(rollout.get("past"))) {
        rows.add(
            List.of(
                text(past, "number"),
                text(past, "stable"),
                text(past, "candidate"),
                text(past, "outcome"),
                text(past, "step"),
                text(past, "endedAt"),
                text(past, "why")));
      }
      if (rows.isEmpty()) {
        console.line("no rollout of %s is over".formatted(text(rollout, "stage")));
      } else {
        console.table(
            List.of("rollout", "from", "to", "outcome", "last step", "ended", "why"), rows);
      }
    }
  }

  /** What happened, a line each; figures in between are counted. */
  public void evidence(List<Entry> entries) {
    var figures = 0;
    for (var entry : entries) {
      if (entry.kind().equals("stands")) {
        figures++;
      } else {
        var why = why(entry.body());
        var step = entry.body().getOrDefault("step", "");
        console.line(
            "%s  %-15s %-8s %s".formatted(entry.at(), entry.kind(), step, why).stripTrailing());
      }
    }
    console.line(
        "%s unchanged, of which %s of figures"
            .formatted(Amount.count(entries.size(), "line"), figures));
  }

  private static Object why(Map<String, Object> body) {
    return body.containsKey("missing")
        ? "entries missing: " + body.get("missing")
        : body.getOrDefault("why", body.getOrDefault("acceptedRisk", ""));
  }

  /** Whether a file holds, with its last hash; or where it does not. */
  public void check(EvidenceCheck check) {
    for (var flaw : check.flaws()) {
      console.line("%s: %s".formatted(check.file(), flaw));
    }
    if (check.holds()) {
      var last =
          check
              .last()
              .map(entry -> ", the last of %s: %s".formatted(entry.at(), entry.hash()))
              .orElse("");
      console.line(
          "%s: %s as written%s"
              .formatted(check.file(), Amount.count(check.entries(), "line"), last));
    }
    if (check.missing() > 0) {
      console.line("  entries missing, which it says: " + check.missing());
    }
    check.notes().forEach(note -> console.line("  note: " + note));
  }

  private void line(String text) {
    console.line(text);
    lines++;
  }

  private static List<Map<?, ?>> objects(@Nullable Object value) {
    var found = new ArrayList<Map<?, ?>>();
    if (value instanceof List<?> list) {
      for (var each : list) {
        if (each instanceof Map<?, ?> map) {
          found.add(map);
        }
      }
    }
    return found;
  }

  private static List<String> texts(@Nullable Object value) {
    return value instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
  }

  private static String text(Map<?, ?> object, String name) {
    var value = object.get(name);
    return value == null ? "" : value.toString();
  }

  private static double number(Map<?, ?> object, String name) {
    return object.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
