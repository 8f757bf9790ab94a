package dev.weft.fabric.replay;

import dev.weft.fabric.replay.ReplayReport.Divergence;
import dev.weft.fabric.replay.ReplayReport.Lost;
import dev.weft.fabric.replay.ReplayReport.OutputDrift;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TraceRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Counts what a replay finds. */
final class ReplayTally {

  /** Places of damage that are named; more are counted. */
  private static final int DAMAGED_MAX = 100;

  private static final class Drift {
    Tolerance worst = Tolerance.EXACT;
    long frames;
    long exact;
    double largest;
  }

  private record OutputKey(String pipeline, String output) {}

  private final Map<String, Long> notReplayed = new TreeMap<>();
  private final Map<String, Long> changed = new TreeMap<>();
  private final Map<OutputKey, Drift> drifts = new LinkedHashMap<>();
  private final TreeSet<String> fingerprints = new TreeSet<>();
  private final List<String> damaged = new ArrayList<>();
  private long frames;
  private long replayed;
  private long lost;
  private long lostRecords;
  private long unknownLosses;
  private long damages;
  private long runs;
  private long equalRuns;
  private long incompleteBatches;
  private @Nullable Divergence first;

  void frame() {
    frames++;
  }

  void replayed() {
    replayed++;
  }

  void lost(TraceRecord.Loss loss) {
    if (loss.isDamage()) {
      damages++;
      loss.place().filter(_ -> damaged.size() < DAMAGED_MAX).ifPresent(damaged::add);
    } else if (loss.isOfRecords()) {
      lostRecords += loss.frames();
      unknownLosses += loss.frames() == 0 ? 1 : 0;
    } else {
      lost += loss.frames();
    }
  }

  void notReplayed(String reason) {
    notReplayed.merge(reason, 1L, Long::sum);
  }

  void changed(String what) {
    changed.merge(what, 1L, Long::sum);
  }

  void incompleteBatch() {
    incompleteBatches++;
  }

  void fingerprintDiffers(List<String> what) {
    fingerprints.addAll(what);
  }

  void ran(boolean isEqual) {
    runs++;
    equalRuns += isEqual ? 1 : 0;
  }

  /** Takes note of a step that gave something else; the earliest frame's first one is kept. */
  void diverged(FrameRecord frame, String step, String stage, String what) {
    var known = first;
    var isEarlier =
        known == null
            || frame.epoch() < known.epoch()
            || frame.epoch() == known.epoch() && frame.number() < known.frame();
    if (isEarlier) {
      first = new Divergence(frame.pipeline(), frame.epoch(), frame.number(), step, stage, what);
    }
  }

  void output(FrameRecord frame, String output, Tolerance.Distance distance) {
    var drift = drifts.computeIfAbsent(new OutputKey(frame.pipeline(), output), _ -> new Drift());
    drift.frames++;
    drift.exact += distance.tolerance() == Tolerance.EXACT ? 1 : 0;
    drift.worst =
        distance.tolerance().compareTo(drift.worst) > 0 ? distance.tolerance() : drift.worst;
    if (!Double.isNaN(distance.largest())) {
      drift.largest = Math.max(drift.largest, distance.largest());
    }
  }

  ReplayReport report() {
    var outputs = new ArrayList<OutputDrift>();
    drifts.forEach(
        (key, drift) ->
            outputs.add(
                new OutputDrift(
                    key.pipeline(),
                    key.output(),
                    drift.worst,
                    drift.frames,
                    drift.exact,
                    drift.largest)));
    return new ReplayReport(
        frames,
        replayed,
        notReplayed,
        new Lost(lost, lostRecords, unknownLosses, damages, damaged),
        runs,
        equalRuns,
        incompleteBatches,
        Optional.ofNullable(first),
        outputs,
        changed,
        List.copyOf(fingerprints));
  }
}
