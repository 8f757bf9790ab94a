package dev.weft.app.demo;

import dev.weft.fabric.pipeline.Timings.StepTiming;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The demo's results as JSON objects. Times are in milliseconds. */
final class DemoObjects {

  private DemoObjects() {}

  static Map<String, Object> visit(Seen seen) {
    var visit = seen.visit();
    var object = new LinkedHashMap<String, Object>();
    object.put("visit", visit.number());
    object.put("right", seen.isRight());
    object.put("picture", String.valueOf(visit.picture().file().getFileName()));
    object.put("text", seen.text());
    object.put("textExpected", visit.picture().lines());
    object.put("characterError", seen.characterError());
    object.put("clip", String.valueOf(visit.clip().file().getFileName()));
    object.put("speech", spans(seen.segments()));
    object.put("speechExpected", spans(visit.clip().speech()));
    object.put("sentence", visit.sentence().text());
    object.put("intent", seen.intent());
    object.put("intentExpected", visit.sentence().intent());
    object.put("intentScore", seen.intentScore());
    object.put(
        "skipped",
        seen.skipped().stream()
            .map(s -> Map.of("step", s.step(), "reason", s.reason().name()))
            .toList());
    object.put("totalMillis", millis(seen.timings().total()));
    object.put("steps", seen.timings().steps().stream().map(DemoObjects::step).toList());
    return object;
  }

  static Map<String, Object> summary(List<Seen> shown, Measured measured) {
    var scores = Scores.of(shown);
    var object = new LinkedHashMap<String, Object>();
    object.put("right", shown.stream().allMatch(Seen::isRight));
    object.put("picturesRight", scores.readRight());
    object.put("pictures", scores.pictures());
    object.put("characterError", scores.characterError());
    object.put("clipsRight", scores.heardRight());
    object.put("clips", scores.clips());
    object.put("sentencesRight", scores.understoodRight());
    object.put("sentences", scores.sentences());
    object.put("p50Millis", millis(measured.latencies().quantile(0.5)));
    object.put("p95Millis", millis(measured.latencies().quantile(0.95)));
    object.put("p99Millis", millis(measured.latencies().quantile(0.99)));
    object.put("visitsMeasured", measured.latencies().sorted().size());
    object.put("framesPerSecond", measured.framesPerSecond());
    object.put("callers", measured.callers());
    object.put("loops", measured.loops());
    return object;
  }

  private static Map<String, Object> step(StepTiming step) {
    var object = new LinkedHashMap<String, Object>();
    object.put("step", step.step());
    object.put("stage", step.stage());
    object.put("variant", step.variant());
    object.put("queuedMillis", millis(step.queued()));
    object.put("ranMillis", millis(step.ran()));
    return object;
  }

  private static List<List<Double>> spans(List<Visit.Span> spans) {
    return spans.stream().map(span -> List.of(span.start(), span.end())).toList();
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
