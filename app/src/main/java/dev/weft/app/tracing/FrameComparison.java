package dev.weft.app.tracing;

import dev.weft.app.console.Amount;
import dev.weft.fabric.replay.ReplayListener;
import dev.weft.fabric.replay.ReplayReport;
import dev.weft.fabric.replay.Tolerance;
import dev.weft.fabric.trace.FrameRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds what a replay gave for one frame against its record, with the time each run took. */
final class FrameComparison implements ReplayListener {

  private static final double NANOS_OF_A_MILLI = 1e6;

  private final FrameRecord recorded;
  private final ReplayTime time;
  private final List<Map<String, Object>> steps = new ArrayList<>();
  private final List<Map<String, Object>> outputs = new ArrayList<>();
  private boolean isExact = true;
  private long begun;
  private long tookNanos;

  FrameComparison(FrameRecord recorded, ReplayTime time) {
    this.recorded = recorded;
    this.time = time;
  }

  @Override
  public boolean compares(FrameRecord frame) {
    return isRecorded(frame);
  }

  @Override
  public void comes(String stage, String variant) {
    time.awaitTurn();
  }

  @Override
  public void begins() {
    begun = System.nanoTime();
  }

  @Override
  public void ended() {
    tookNanos = System.nanoTime() - begun;
  }

  @Override
  public void ran(FrameRecord frame, Ran run) {
    if (!isRecorded(frame)) {
      return;
    }
    isExact &= run.isEqual();
    var object = new LinkedHashMap<String, Object>();
    object.put("step", run.step());
    object.put("stage", run.stage());
    object.put("variant", run.variant());
    recorded
        .step(run.step())
        .ifPresent(
            was -> {
              object.put("recordedVariant", was.variant());
              object.put("recordedMillis", millis(was.ran().toNanos()));
            });
    object.put("ranMillis", millis(tookNanos));
    object.put("batch", run.together());
    object.put("equal", run.isEqual());
    run.failure().ifPresent(why -> object.put("failure", why));
    steps.add(object);
  }

  @Override
  public void gave(FrameRecord frame, String output, Tolerance.Distance distance) {
    isExact &= distance.tolerance() == Tolerance.EXACT;
    var object = new LinkedHashMap<String, Object>();
    object.put("output", output);
    object.put("closeness", distance.tolerance().word());
    if (Double.isFinite(distance.largest())) {
      object.put("largest", distance.largest());
    }
    outputs.add(object);
  }

  private boolean isRecorded(FrameRecord frame) {
    return frame.number() == recorded.number() && frame.epoch() == recorded.epoch();
  }

  /**
   * What was found.
   *
   * @param report of the frame and all that ran for its sake
   * @param isSameManifest whether its pipeline is declared as it was then
   * @param took in all, loading and waiting among it
   */
  Map<String, Object> object(
      ReplayReport report, boolean isSameManifest, Map<String, String> variants, Duration took) {
    var mustBeExact = variants.isEmpty() && isSameManifest && report.mustBeExact();
    var object = new LinkedHashMap<String, Object>();
    object.put("frame", recorded.pipeline() + ":" + recorded.number());
    object.put("variants", variants);
    object.put("exact", isExact);
    object.put("verdict", verdict(mustBeExact));
    object.put("steps", steps);
    object.put("outputs", outputs);
    object.put("companions", report.frames() - 1);
    object.put("incompleteBatches", report.incompleteBatches());
    object.put("fingerprintDifferences", report.fingerprints());
    object.put("sameManifest", isSameManifest);
    object.put("tookMillis", millis(took.toNanos()));
    return object;
  }

  private String verdict(boolean mustBeExact) {
    if (isExact) {
      return "every byte is as recorded";
    }
    return mustBeExact
        ? "NOT as recorded, though all that decides bits is"
        : furthest().map("not all is as recorded; "::concat).orElse("not all is as recorded");
  }

  /** The output that came least close. */
  private Optional<String> furthest() {
    return outputs.stream()
        .filter(each -> each.get("largest") instanceof Double)
        .max((a, b) -> Double.compare(largest(a), largest(b)))
        .map(
            each ->
                "'%s' is off by at most %s"
                    .formatted(each.get("output"), Amount.figure(largest(each))));
  }

  private static double largest(Map<String, Object> output) {
    return output.get("largest") instanceof Double largest ? largest : 0;
  }

  private static double millis(long nanos) {
    return Math.round(nanos / NANOS_OF_A_MILLI * 1e3) / 1e3;
  }
}
