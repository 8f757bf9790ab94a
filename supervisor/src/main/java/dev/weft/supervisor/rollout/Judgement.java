package dev.weft.supervisor.rollout;

import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Verdict;
import java.util.List;

/**
 * What the analysis of a step says, with the figures it rests on.
 *
 * @param frames answered by the stable variant, answered by the candidate, and run by both
 * @param worst the frames where the two differ most, as a trace knows them
 * @param why in a sentence
 */
public record Judgement(
    Verdict verdict, List<GateResult> gates, Frames frames, List<String> worst, String why) {

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

  /** What a judgement rests on, in frames. */
  public record Frames(long stable, long candidate, long compared, long missed) {}

  /** A failure without figures, such as a crash. */
  public static Judgement failed(String why) {
    return bare(Verdict.FAIL, why);
  }

  static Judgement bare(Verdict verdict, String why) {
    return new Judgement(verdict, List.of(), new Frames(0, 0, 0, 0), List.of(), why);
  }
}
