package dev.weft.app.running;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Timings.StepTiming;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Adds up the answers of many frames. Threadsafe. */
public final class Tally {

  private static final long NANOS_MAX = Duration.ofHours(24).toNanos();
  private static final int DIGITS = 3;
  private static final int MESSAGES_MAX = 16;

  private final Histogram total = histogram();
  private final Map<String, StepTally> steps = new LinkedHashMap<>();
  private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private final Map<String, Long> failures = new LinkedHashMap<>();
  private long completed;
  private long failed;

  /** Times of one step, in nanoseconds. */
  private record StepTally(String stage, String variant, Histogram queued, Histogram ran) {}

  private static Histogram histogram() {
    return new Histogram(NANOS_MAX, DIGITS);
  }

  /** Takes note of a frame's answer. */
  public synchronized void add(Answer answer) {
    switch (answer) {
      case Answer.Completed done -> {
        completed++;
        record(total, done.timings().total());
        done.timings().steps().forEach(this::add);
      }
      case Answer.Dropped(var reason, _, _, _) -> dropped.merge(reason, 1L, Long::sum);
      case Answer.Failed(var code, var message, _) -> {
        failed++;
        var text = code + ": " + message;
        if (failures.size() < MESSAGES_MAX || failures.containsKey(text)) {
          failures.merge(text, 1L, Long::sum);
        }
      }
    }
  }

  private void add(StepTiming step) {
    var key = step.step() + "@" + step.stage() + "@" + step.variant();
    var tally =
        steps.computeIfAbsent(
            key, _ -> new StepTally(step.stage(), step.variant(), histogram(), histogram()));
    record(tally.queued(), step.queued());
    record(tally.ran(), step.ran());
  }

  private static void record(Histogram histogram, Duration time) {
    histogram.recordValue(Math.clamp(time.toNanos(), 0, NANOS_MAX));
  }

  /** Frames answered so far. */
  public synchronized long count() {
    return completed + failed + droppedCount();
  }

  private long droppedCount() {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What stands now. */
  public synchronized Summary summary(Duration elapsed) {
    var ofSteps = new LinkedHashMap<String, Summary.OfStep>();
    steps.forEach(
        (key, step) ->
            ofSteps.put(
                key,
                new Summary.OfStep(
                    key.substring(0, key.indexOf('@')),
                    step.stage(),
                    step.variant(),
                    step.ran().getTotalCount(),
                    at(step.queued(), 50),
                    at(step.ran(), 50),
                    at(step.ran(), 99))));
    return new Summary(
        completed,
        failed,
        droppedCount(),
        dropped,
        failures,
        completed == 0
            ? Optional.empty()
            : Optional.of(new Summary.Latency(at(total, 50), at(total, 95), at(total, 99))),
        elapsed,
        ofSteps.values().stream().toList());
  }

  private static Duration at(Histogram histogram, double percentile) {
    return Duration.ofNanos(histogram.getValueAtPercentile(percentile));
  }
}
