package dev.weft.bench.rollout;

import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.comparison.TensorFigures;
import dev.weft.supervisor.gate.Evidence;
import dev.weft.supervisor.gate.Evidence.Arms;
import dev.weft.supervisor.sketch.CappedMean;
import dev.weft.supervisor.sketch.ConcurrentLevel;
import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.Sketch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The evidence of a step, or of an interval of one, as it comes in. */
final class Gathered {

  /** Typical processor time of a run of the stable variant. */
  static final double CPU_NANOS = 4e6;

  private final double began;
  private final Arms<Sketch> latency =
      new Arms<>(Sketch.of(Sketch.Scale.NANOS), Sketch.of(Sketch.Scale.NANOS));
  private final ConcurrentLevel level = new ConcurrentLevel();
  private final Sketch far = Sketch.of(Sketch.Scale.DISTANCE);
  private final List<Fault> faults = new ArrayList<>();
  private CappedMean stableCpu = CappedMean.cappedAt(CPU_NANOS * CappedMean.TYPICAL);
  private CappedMean candidateCpu = stableCpu;
  private Rate flips = Rate.NONE;
  private Rate failed = Rate.NONE;
  private long stableSessions;
  private long candidateSessions;

  /**
   * Nothing yet.
   *
   * @param began virtual time, in seconds
   */
  Gathered(double began) {
    this.began = began;
  }

  /** One begins in which the candidate runs. */
  void candidateBegan() {
    candidateSessions++;
  }

  /** One begins that the stable variant answers. */
  void stableBegan() {
    stableSessions++;
  }

  void stableWaited(String session, double nanos) {
    level.levelled(nanos).ifPresent(latency.stable()::record);
    level.add(session, nanos);
  }

  /** A frame of a session that is not measured, but for the level of load. */
  void stablePassed(String session, double nanos) {
    level.add(session, nanos);
  }

  void candidateWaited(double nanos) {
    level.levelled(nanos).ifPresent(latency.candidate()::record);
  }

  void ran(double stableNanos, double candidateNanos) {
    stableCpu = stableCpu.plus(stableNanos);
    candidateCpu = candidateCpu.plus(candidateNanos);
  }

  void compared(boolean isFlipped, double distance) {
    flips = flips.plus(isFlipped);
    far.record(distance);
  }

  void candidateEnded(boolean isFailed) {
    failed = failed.plus(isFailed);
  }

  void fault(long frame) {
    faults.add(
        new Fault(
            Fault.Kind.NOT_FINITE, Terms.OUTPUT, new FrameReference("", 1, frame), "NaN at 0"));
  }

  boolean hasFault() {
    return !faults.isEmpty();
  }

  /** Runs of the candidate, or compared frames: what grows as evidence does. */
  long size() {
    return failed.samples();
  }

  /** As it stands at {@code now}, virtual seconds; shares its sketches with what comes next. */
  Evidence evidence(double now) {
    var figures =
        new TensorFigures(
            Terms.OUTPUT, Map.of(Metric.RELATIVE_L2, far), Map.of(Metric.TOP1_FLIPS, flips));
    return new Evidence(
        Duration.ofMillis(Math.round((now - began) * 1_000)),
        new Evidence.Sessions(stableSessions, candidateSessions),
        latency,
        new Arms<>(stableCpu, candidateCpu),
        List.of(figures),
        failed,
        faults);
  }
}
