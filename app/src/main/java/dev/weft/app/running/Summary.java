package dev.weft.app.running;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.fabric.pipeline.DropReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What became of many frames.
 *
 * @param failures number of frames by message; only the first few different messages
 * @param latency of completed frames; empty if there are none
 * @param elapsed from the first frame's submit to the last one's answer
 */
public record Summary(
    long completed,
    long failed,
    long dropped,
    Map<DropReason, Long> droppedByReason,
    Map<String, Long> failures,
    Optional<Latency> latency,
    Duration elapsed,
    List<OfStep> steps) {

  public Summary {
    droppedByReason = Collections.unmodifiableMap(new TreeMap<>(droppedByReason));
    failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    steps = List.copyOf(steps);
  }

  /** From admission to answer. */
  public record Latency(Duration p50, Duration p95, Duration p99) {}

  /** One step as one variant ran it. */
  public record OfStep(
      String step,
      String stage,
      String variant,
      long count,
      Duration queuedP50,
      Duration ranP50,
      Duration ranP99) {}

  /** Completed frames per second. */
  public double framesPerSecond() {
    return elapsed.isZero() ? 0 : completed / (elapsed.toNanos() / 1e9);
  }

  /** Whether every frame completed, and there was one. */
  public boolean isClean() {
    return completed > 0 && failed == 0 && dropped == 0;
  }

  /** Prints it for a person. */
  public void print(Console console) {
    console.line(
        "%s: %d completed, %d failed, %d dropped in %s"
            .formatted(
                Amount.count(completed + failed + dropped, "frame"),
                completed,
                failed,
                dropped,
                Amount.format("%.2f s", elapsed.toNanos() / 1e9)));
    droppedByReason.forEach(
        (reason, count) -> console.line("  dropped %s: %d".formatted(reason, count)));
    failures.forEach((message, count) -> console.line("  failed %d: %s".formatted(count, message)));
    latency.ifPresent(
        times ->
            console.line(
                "p50 %s ms, p95 %s ms, p99 %s ms, %s frames per second"
                    .formatted(
                        Amount.millis(times.p50()),
                        Amount.millis(times.p95()),
                        Amount.millis(times.p99()),
                        Amount.format("%.1f", framesPerSecond()))));
    if (!steps.isEmpty()) {
      console.table(
          List.of("step", "stage", "frames", "queued p50 ms", "ran p50 ms", "ran p99 ms"),
          steps.stream().map(Summary::row).toList());
    }
  }

  private static List<String> row(OfStep step) {
    return List.of(
        step.step(),
        step.stage() + "@" + step.variant(),
        Long.toString(step.count()),
        Amount.millis(step.queuedP50()),
        Amount.millis(step.ranP50()),
        Amount.millis(step.ranP99()));
  }

  /** It as a JSON object. */
  public Map<String, Object> object() {
    var object = new LinkedHashMap<String, Object>();
    object.put("type", "summary");
    object.put("frames", completed + failed + dropped);
    object.put("completed", completed);
    object.put("failed", failed);
    object.put("dropped", dropped);
    object.put("droppedByReason", droppedByReason);
    object.put("failures", failures);
    object.put("elapsedMillis", millis(elapsed));
    object.put("framesPerSecond", framesPerSecond());
    latency.ifPresent(
        times -> {
          object.put("p50Millis", millis(times.p50()));
          object.put("p95Millis", millis(times.p95()));
          object.put("p99Millis", millis(times.p99()));
        });
    var ofSteps = new ArrayList<Map<String, Object>>();
    for (var step : steps) {
      var each = new LinkedHashMap<String, Object>();
      each.put("step", step.step());
      each.put("stage", step.stage());
      each.put("variant", step.variant());
      each.put("frames", step.count());
      each.put("queuedP50Millis", millis(step.queuedP50()));
      each.put("ranP50Millis", millis(step.ranP50()));
      each.put("ranP99Millis", millis(step.ranP99()));
      ofSteps.add(each);
    }
    object.put("steps", ofSteps);
    return object;
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
