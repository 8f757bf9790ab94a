package dev.weft.supervisor.gate;

import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.comparison.TensorFigures;
import dev.weft.supervisor.sketch.CappedMean;
import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.Sketch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one attempt at a step measured from its beginning on. Nothing of an earlier step is in it,
 * nothing that an earlier attempt was judged by, and nothing was left out for what it said.
 *
 * @param elapsed since the attempt began
 * @param sessions in which the arms ran
 * @param latency nanoseconds per frame that callers waited for, at an equal level of load (see
 *     {@link dev.weft.supervisor.sketch.ConcurrentLevel})
 * @param lateRuns runs that did not end in time, of those that began while the stable variant's did
 * @param cpu nanoseconds of processor time per run; the candidate's cap may be higher
 * @param tensors what compared frames came to, by output
 * @param failedRuns of the candidate; a full queue is none, and a late run counts as late
 * @param faults of the candidate that no rate excuses
 */
public record Evidence(
    Duration elapsed,
    Sessions sessions,
    Arms<Sketch> latency,
    Arms<Rate> lateRuns,
    Arms<CappedMean> cpu,
    List<TensorFigures> tensors,
    Rate failedRuns,
    List<Fault> faults) {

  /** The first faults say what is wrong; more would only fill memory. */
  static final int FAULTS_MAX = Comparison.FAULTS_MAX;

  public Evidence {
    tensors = List.copyOf(tensors);
    faults = List.copyOf(faults.subList(0, Math.min(FAULTS_MAX, faults.size())));
  }

  /** As above, of an attempt in which no run was late or that is not measured. */
  public Evidence(
      Duration elapsed,
      Sessions sessions,
      Arms<Sketch> latency,
      Arms<CappedMean> cpu,
      List<TensorFigures> tensors,
      Rate failedRuns,
      List<Fault> faults) {
    this(
        elapsed,
        sessions,
        latency,
        new Arms<>(Rate.NONE, Rate.NONE),
        cpu,
        tensors,
        failedRuns,
        faults);
  }

  /**
   * In how many sessions each arm ran. Of a frame without a session, it is one of its own.
   *
   * @param stable in which the stable variant answered
   * @param candidate in which the candidate ran, in the shadow or for a caller
   */
  public record Sessions(long stable, long candidate) {

    /** Those that count: of a canary the fewer, as both arms' frames are evidence there. */
    long at(Exposure exposure) {
      return switch (exposure) {
        case SHADOW, WHOLE -> candidate;
        case CANARY -> Math.min(stable, candidate);
      };
    }
  }

  /** The same of both variants, gathered at the same time. */
  public record Arms<T>(T stable, T candidate) {}

  /** Frames above a bound: those that may be for want of digits, and those that surely are. */
  record FarFrames(Rate most, Rate least) {}

  FarFrames farFrames(String tensor, Metric distance, double bound) {
    return figures(tensor)
        .flatMap(figures -> figures.distance(distance))
        .map(
            sketch ->
                new FarFrames(
                    new Rate(sketch.countAbove(bound), sketch.samples()),
                    new Rate(sketch.countSurelyAbove(bound), sketch.samples())))
        .orElse(new FarFrames(Rate.NONE, Rate.NONE));
  }

  Rate changes(String tensor, Metric share) {
    return figures(tensor).map(figures -> figures.share(share)).orElse(Rate.NONE);
  }

  private Optional<TensorFigures> figures(String tensor) {
    return tensors.stream().filter(figures -> figures.tensor().equals(tensor)).findFirst();
  }

  /** Nothing yet. */
  public static Evidence none(double cpuCapNanos) {
    var cpu = CappedMean.cappedAt(cpuCapNanos);
    return new Evidence(
        Duration.ZERO,
        new Sessions(0, 0),
        new Arms<>(Sketch.of(Sketch.Scale.NANOS), Sketch.of(Sketch.Scale.NANOS)),
        new Arms<>(cpu, cpu),
        List.of(),
        Rate.NONE,
        List.of());
  }
}
