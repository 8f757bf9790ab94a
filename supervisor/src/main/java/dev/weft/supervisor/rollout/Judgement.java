package dev.weft.supervisor.rollout;

import java.util.List;

/**
 * What the analysis of a step says, with the figures it rests on.
 *
 * @param frames answered by the stable variant, answered by the candidate, and run by both
 * @param worst the frames where the two differ most, as a trace knows them
 * @param why in a sentence
 */
public record Judgement(
    Verdict verdict, List<GateFigure> gates, Frames frames, List<String> worst, String why) {

  static final int GATES_MAX = 256;
  static final int WORST_MAX = 10;

  public Judgement {
    gates = List.copyOf(gates);
    worst = List.copyOf(worst);
    if (gates.size() > GATES_MAX || worst.size() > WORST_MAX) {
      throw new IllegalArgumentException(
          "%d gates, %d worst frames (expected: <= %d, <= %d)"
              .formatted(gates.size(), worst.size(), GATES_MAX, WORST_MAX));
    }
  }

  /** How an analysis can stand. */
  public enum Verdict {
    /** The candidate is within every limit. */
    PASS,
    /** It is beyond one. */
    FAIL,
    /** There is enough to judge by, and it does not say. */
    INCONCLUSIVE,
    /** There is not enough to judge by yet. */
    INSUFFICIENT
  }

  /** What a judgement rests on, in frames. */
  public record Frames(long stable, long candidate, long compared, long missed) {}

  /**
   * One gate.
   *
   * @param kpi the family: tail latency, CPU or shadow error
   * @param metric what of it, with the tensor where it is of one
   * @param estimate as measured; NaN while there is nothing
   * @param lower of the interval that holds the true value with the stated confidence, as {@code
   *     upper}
   * @param limit the manifest's
   */
  public record GateFigure(
      String kpi,
      String metric,
      double estimate,
      double lower,
      double upper,
      double limit,
      long samples,
      Verdict verdict) {}

  /** A failure without figures, such as a crash. */
  public static Judgement failed(String why) {
    return new Judgement(Verdict.FAIL, List.of(), new Frames(0, 0, 0, 0), List.of(), why);
  }
}
