package dev.weft.supervisor.rollout;

import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Verdict;
import java.util.List;

/**
 * What the analysis of a step says, with the figures it rests on.
 *
 * @param frames that it rests on
 * @param worst the frames where the two differ most, as a trace knows them
 * @param why in a sentence
 * @param notes what else a person should know of the evidence, such as why recorded frames were not
 *     used
 */
public record Judgement(
    Verdict verdict,
    List<GateResult> gates,
    Frames frames,
    List<String> worst,
    String why,
    List<String> notes) {

  static final int GATES_MAX = 256;
  static final int WORST_MAX = 10;
  static final int NOTES_MAX = 10;

  public Judgement {
    gates = List.copyOf(gates);
    worst = List.copyOf(worst);
    notes = List.copyOf(notes);
    if (gates.size() > GATES_MAX || worst.size() > WORST_MAX || notes.size() > NOTES_MAX) {
      throw new IllegalArgumentException(
          "%d gates, %d worst frames, %d notes (expected: <= %d, <= %d, <= %d)"
              .formatted(
                  gates.size(), worst.size(), notes.size(), GATES_MAX, WORST_MAX, NOTES_MAX));
    }
  }

  /** One without notes. */
  public Judgement(
      Verdict verdict, List<GateResult> gates, Frames frames, List<String> worst, String why) {
    this(verdict, gates, frames, worst, why, List.of());
  }

  /**
   * What a judgement rests on, in frames.
   *
   * @param stable answered by the stable variant
   * @param candidate answered by the candidate
   * @param compared of callers that both ran
   * @param missed of callers that both were to run
   * @param replayed from a trace that both ran
   */
  public record Frames(long stable, long candidate, long compared, long missed, long replayed) {

    /** None of them from a trace. */
    public Frames(long stable, long candidate, long compared, long missed) {
      this(stable, candidate, compared, missed, 0);
    }
  }

  /** Why it decides nothing, with how much went past the shadow. */
  String whyUndecided() {
    return frames.missed() == 0
        ? why
        : "%s; %d frames were passed over, %d compared"
            .formatted(why, frames.missed(), frames.compared());
  }

  /** Whether it is a failure as a process ended by what is judged. */
  boolean isCrash() {
    return verdict == Verdict.FAIL && gates.stream().anyMatch(GateResult::isCrash);
  }

  /** A failure without figures, such as a crash. */
  public static Judgement failed(String why) {
    return bare(Verdict.FAIL, why);
  }

  static Judgement bare(Verdict verdict, String why) {
    return new Judgement(verdict, List.of(), new Frames(0, 0, 0, 0), List.of(), why);
  }
}
