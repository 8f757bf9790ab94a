package dev.weft.app.demo;

import dev.weft.app.console.Amount;
import dev.weft.fabric.pipeline.Timings.StepTiming;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The demo's results in words. */
final class DemoReport {

  /** Steps shown together, in the order of the pipeline; a step not named stands for itself. */
  private static final Map<String, String> BRANCHES = branches();

  private DemoReport() {}

  /** One visit: what each input was, what was made of it, what was expected, and the time. */
  static List<String> visit(Seen seen) {
    var visit = seen.visit();
    var lines = new ArrayList<String>();
    lines.add(
        "visit %d  %s".formatted(visit.number(), seen.isRight() ? "right" : "NOT AS EXPECTED"));
    lines.add(
        "  %-18s read     %s"
            .formatted(name(visit.picture().file()), String.join(" | ", seen.text())));
    lines.add(
        "  %-18s expected %s (character error %.0f %%)"
            .formatted(
                "", String.join(" | ", visit.picture().lines()), 100 * seen.characterError()));
    lines.add(
        "  %-18s heard    %s, expected %s"
            .formatted(
                name(visit.clip().file()), spans(seen.segments()), spans(visit.clip().speech())));
    lines.add("  \"%s\"".formatted(visit.sentence().text()));
    lines.add(
        "  %-18s wants    %s (%.2f%s), expected %s"
            .formatted(
                "", seen.intent(), seen.intentScore(), look(seen), visit.sentence().intent()));
    lines.add("  %-18s took     %s".formatted("", times(seen)));
    return lines;
  }

  /** Accuracy, latency and throughput over everything that ran. */
  static List<String> summary(List<Seen> shown, Measured measured) {
    var scores = Scores.of(shown);
    var latencies = measured.latencies();
    return List.of(
        "pictures   %d of %d read right, mean character error %.1f %% (white space not counted)"
            .formatted(scores.readRight(), scores.pictures(), 100 * scores.characterError()),
        "clips      %d of %d heard right".formatted(scores.heardRight(), scores.clips()),
        "sentences  %d of %d understood right"
            .formatted(scores.understoodRight(), scores.sentences()),
        "latency    p50 %s  p95 %s  p99 %s  (whole visits, one caller, %d visits)"
            .formatted(
                millis(latencies.quantile(0.5)),
                millis(latencies.quantile(0.95)),
                millis(latencies.quantile(0.99)),
                latencies.sorted().size()),
        "throughput %.1f frames per second (%s, %s, %d visits)"
            .formatted(
                measured.framesPerSecond(),
                Amount.count(measured.callers(), "caller"),
                Amount.count(measured.loops(), "inference loop"),
                measured.framesTogether()));
  }

  /** The times of the steps, summed by branch, then the steps that took longest. */
  private static String times(Seen seen) {
    var byBranch = new LinkedHashMap<String, Duration>();
    for (var step : seen.timings().steps()) {
      byBranch.merge(BRANCHES.getOrDefault(step.step(), step.step()), step.ran(), Duration::plus);
    }
    var branches =
        byBranch.entrySet().stream()
            .map(entry -> entry.getKey() + " " + millis(entry.getValue()))
            .collect(Collectors.joining(", "));
    return millis(seen.timings().total()) + ": " + branches;
  }

  /** Every step of one visit: how long it queued and ran. */
  static List<List<String>> steps(Seen seen) {
    var rows = new ArrayList<List<String>>();
    for (var step : seen.timings().steps()) {
      rows.add(row(step));
    }
    for (var skipped : seen.skipped()) {
      rows.add(List.of(skipped.step(), "", "", "skipped: " + skipped.reason()));
    }
    return rows;
  }

  private static List<String> row(StepTiming step) {
    return List.of(
        step.step(),
        step.stage() + "@" + step.variant(),
        millis(step.queued()),
        millis(step.ran()));
  }

  private static String look(Seen seen) {
    var again = seen.timings().steps().stream().anyMatch(step -> step.step().equals("rerank"));
    return again ? " after a second look" : "";
  }

  private static String spans(List<Visit.Span> spans) {
    return spans.isEmpty()
        ? "no speech"
        : "speech " + spans.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static String millis(Duration time) {
    return Amount.millis(time) + " ms";
  }

  private static Map<String, String> branches() {
    var branches = new LinkedHashMap<String, String>();
    for (var step : List.of("decode", "shrink", "normalize", "detect", "boxes")) {
      branches.put(step, "find text");
    }
    for (var step :
        List.of("cut", "prepare-turn", "orient", "turn", "prepare-read", "read", "spell")) {
      branches.put(step, "read text");
    }
    for (var step : List.of("hear", "resample", "frames", "vad", "speech", "loudness")) {
      branches.put(step, "listen");
    }
    for (var step :
        List.of("tokens", "embed", "pool", "intents", "embed-again", "pool-again", "rerank")) {
      branches.put(step, "understand");
    }
    return branches;
  }
}
