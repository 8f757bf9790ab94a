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

  /** That the second variant is about to be loaded. */
  record Loading() implements Word {}

  /** That it is loaded and has run. */
  record Loaded() implements Word {}

  /** That it cannot be loaded. */
  record NotLoadable(String why) implements Word {}

  /** That what an attempt gathered is lost. */
  record Lost(int attempt) implements Word {}

  /** What becomes of the evidence when a state follows another one. */
  enum Gathering {
    /** None is gathered. */
    NONE,
    /** It is gathered from here on. */
    BEGINS,
    GOES_ON,
    /** A controller before this one gathered it; the step is to begin anew. */
    LOST
  }

  /**
   * @param isFirst whether the controller knew of no state before
   */
  static Gathering gathering(RolloutState before, RolloutState after, boolean isFirst) {
    if (!gathers(after)) {
      return Gathering.NONE;
    }
    // A watch judges window by window, so nothing is spent of what the one before gathered.
    if (isFirst && after.phase() != Phase.WATCHING && mayBeginAnew(after)) {
      return Gathering.LOST;
    }
    return isFirst || beginsAnew(before, after) ? Gathering.BEGINS : Gathering.GOES_ON;
  }

  private static boolean mayBeginAnew(RolloutState state) {
    return state.phase() == Phase.PROGRESSING
        || state.course().orElseThrow().attempt() < RolloutState.ATTEMPTS_MAX;
  }

  /**
   * What is to be told without a judgement.
   *
   * @param isGathering whether there is an analysis
   * @param mayLoad whether there is a step to load the second variant for
   */
  static Optional<Word> unjudged(RolloutState state, boolean isGathering, boolean mayLoad) {
    if (!state.isActive()) {
      return Optional.empty();
    }
    var course = state.course().orElseThrow();
    if (course.load() == Course.Load.NEEDED) {
      return mayLoad ? Optional.of(new Loading()) : Optional.empty();
    }
    return gathers(state) && !isGathering
        ? Optional.of(new Lost(course.attempt()))
        : Optional.empty();
  }

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

  /** Whether a word has the candidate answer more than it does. */
  static boolean advances(Word word) {
    return word instanceof Step step && step.judgement().verdict() == Verdict.PASS;
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
  private static boolean beginsAnew(RolloutState before, RolloutState after) {
    return gathers(after)
        && (!gathers(before)
            || (before.phase() == Phase.WATCHING) != (after.phase() == Phase.WATCHING)
            || !before.course().orElseThrow().since().equals(after.course().orElseThrow().since())
            || before.course().orElseThrow().step() != after.course().orElseThrow().step()
            || before.course().orElseThrow().attempt() != after.course().orElseThrow().attempt());
  }
}
