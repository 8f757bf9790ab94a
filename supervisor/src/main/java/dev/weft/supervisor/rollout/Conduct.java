package dev.weft.supervisor.rollout;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Instant;
import java.util.Optional;

/** What a controller does next, given a rollout's state; pure. */
final class Conduct {

  private Conduct() {}

  /** What is to be told to the entity. */
  sealed interface Word {}

  /** That a step has a verdict. */
  record Step(int step, int attempt, Judgement judgement) implements Word {}

  /** That the watch has one. */
  record Watched(Judgement judgement) implements Word {}

  /** What a judgement is worth telling now; empty to go on gathering. */
  static Optional<Word> about(RolloutState state, Judgement judgement, Instant now) {
    if (!gathers(state)) {
      return Optional.empty();
    }
    var course = state.course().orElseThrow();
    if (state.phase() == Phase.WATCHING) {
      var isOver = !now.isBefore(course.since().plus(course.plan().watch().lasts()));
      return judgement.verdict() == Verdict.FAIL || isOver
          ? Optional.of(new Watched(judgement))
          : Optional.empty();
    }
    var isDue =
        switch (judgement.verdict()) {
          case FAIL -> true;
          case PASS ->
              state.phase() == Phase.PROGRESSING
                  && !now.isBefore(course.since().plus(course.now().dwell()));
          case INCONCLUSIVE -> state.phase() == Phase.PROGRESSING;
          case INSUFFICIENT ->
              state.phase() == Phase.PROGRESSING
                  && !now.isBefore(course.since().plus(course.plan().giveUpAfter()));
        };
    return isDue
        ? Optional.of(new Step(course.step(), course.attempt(), judgement))
        : Optional.empty();
  }

  /** What is wanted of recorded frames; empty where they say nothing. */
  static Optional<StoredFrames> stored(
      RolloutState state, Judgement judgement, Analysis analysis, Instant now) {
    if (!gathers(state) || state.phase() != Phase.PROGRESSING) {
      return Optional.empty();
    }
    var course = state.course().orElseThrow();
    return course.now().answers() == 0
        ? Optional.of(
            new StoredFrames(
                course.stable(),
                course.plan().candidate(),
                course.since(),
                judgement.verdict() == Verdict.INSUFFICIENT && analysis.wantsStored(now),
                analysis))
        : Optional.empty();
  }

  /** Whether evidence is gathered in this state. */
  static boolean gathers(RolloutState state) {
    return state.isActive()
        && state.course().orElseThrow().load() == Course.Load.DONE
        && (state.phase() == Phase.WATCHING || state.course().orElseThrow().attempt() > 0);
  }

  /** Whether the evidence of {@code before} is of no use any more. */
  static boolean beginsAnew(RolloutState before, RolloutState after) {
    return gathers(after)
        && (!gathers(before)
            || (before.phase() == Phase.WATCHING) != (after.phase() == Phase.WATCHING)
            || !before.course().orElseThrow().since().equals(after.course().orElseThrow().since())
            || before.course().orElseThrow().step() != after.course().orElseThrow().step()
            || before.course().orElseThrow().attempt() != after.course().orElseThrow().attempt());
  }
}
