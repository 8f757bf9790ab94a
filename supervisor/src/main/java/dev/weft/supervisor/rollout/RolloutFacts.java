package dev.weft.supervisor.rollout;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What each event makes of a {@link RolloutState}. */
final class RolloutFacts {

  private RolloutFacts() {}

  static RolloutState after(RolloutState before, RolloutEvent event) {
    return switch (event) {
      case RolloutEvent.Started started -> with(before, Phase.PROGRESSING, Course.begun(started));
      case RolloutEvent.ControllerTook(var epoch, _) -> tookOver(before, epoch);
      case RolloutEvent.Loading _ -> with(before, course(before).loading());
      case RolloutEvent.Loaded _ -> with(before, course(before).loaded());
      case RolloutEvent.StepEntered(var step, var attempt, var at) ->
          with(before, course(before).at(step, attempt, at));
      case RolloutEvent.StepJudged _ -> before;
      case RolloutEvent.Paused(var why, _) ->
          with(before, Phase.PAUSED, course(before).paused(why));
      case RolloutEvent.Resumed _ -> with(before, Phase.PROGRESSING, course(before).paused(""));
      case RolloutEvent.Promoted promoted -> promoted(before, promoted);
      case RolloutEvent.Completed completed -> completed(before, completed);
      case RolloutEvent.RolledBack rolledBack -> rolledBack(before, rolledBack);
      case RolloutEvent.CrashBlamed(var digest, _) ->
          withCrashes(before, plusOne(before.crashes(), digest));
      case RolloutEvent.Denied(var digest, var why, _) -> withDenial(before, digest, why);
      case RolloutEvent.DenialLifted(var digest, _, _) -> withoutDenial(before, digest);
    };
  }

  private static RolloutState tookOver(RolloutState before, long epoch) {
    return new RolloutState(
        before.phase(),
        before.course().map(Course::unloaded),
        epoch,
        before.current(),
        before.crashes(),
        before.denied(),
        before.past());
  }

  private static RolloutState promoted(RolloutState before, RolloutEvent.Promoted event) {
    var course = course(before).promoted(event.risk(), event.at());
    return new RolloutState(
        Phase.WATCHING,
        Optional.of(course),
        before.epoch(),
        Optional.of(course.plan().candidate()),
        before.crashes(),
        before.denied(),
        before.past());
  }

  private static RolloutState completed(RolloutState before, RolloutEvent.Completed event) {
    var course = course(before);
    var said = event.judgement();
    var isOnEvidence = course.risk().isEmpty();
    var held = said.verdict() == Verdict.PASS ? Past.Outcome.HEALTHY : Past.Outcome.UNWATCHED;
    var outcome = isOnEvidence ? held : Past.Outcome.FORCED;
    var why = isOnEvidence ? said.why() : "%s; %s".formatted(course.risk(), said.why());
    return over(before, Phase.HEALTHY, before.current(), course.over(outcome, why, event.at()));
  }

  private static RolloutState rolledBack(RolloutState before, RolloutEvent.RolledBack event) {
    var course = course(before);
    var why = "%s: %s".formatted(event.cause(), event.why());
    if (!before.isBeforePromotion()) {
      var stable = Optional.of(course.stable());
      return over(before, Phase.DEGRADED, stable, course.takenBack(why, event.at()));
    }
    var past = course.over(Past.Outcome.DEGRADED, why, event.at());
    return over(before, Phase.DEGRADED, before.current(), past);
  }

  private static RolloutState over(
      RolloutState before, Phase phase, Optional<String> current, Past ended) {
    var past = new ArrayList<>(before.past());
    past.add(ended);
    List<Past> kept = past.subList(Math.max(0, past.size() - RolloutState.PAST_MAX), past.size());
    return new RolloutState(
        phase, before.course(), before.epoch(), current, before.crashes(), before.denied(), kept);
  }

  private static RolloutState withDenial(RolloutState before, String digest, String why) {
    var denied = new LinkedHashMap<>(before.denied());
    denied.put(digest, why);
    return new RolloutState(
        before.phase(),
        before.course(),
        before.epoch(),
        before.current(),
        before.crashes(),
        denied,
        before.past());
  }

  private static RolloutState withoutDenial(RolloutState before, String digest) {
    var denied = new LinkedHashMap<>(before.denied());
    denied.remove(digest);
    var crashes = new LinkedHashMap<>(before.crashes());
    crashes.remove(digest);
    return new RolloutState(
        before.phase(),
        before.course(),
        before.epoch(),
        before.current(),
        crashes,
        denied,
        before.past());
  }

  private static RolloutState withCrashes(RolloutState before, Map<String, Integer> crashes) {
    return new RolloutState(
        before.phase(),
        before.course(),
        before.epoch(),
        before.current(),
        crashes,
        before.denied(),
        before.past());
  }

  private static RolloutState with(RolloutState before, Course course) {
    return with(before, before.phase(), course);
  }

  private static RolloutState with(RolloutState before, Phase phase, Course course) {
    return new RolloutState(
        phase,
        Optional.of(course),
        before.epoch(),
        before.current(),
        before.crashes(),
        before.denied(),
        before.past());
  }

  private static Map<String, Integer> plusOne(Map<String, Integer> counts, String key) {
    var more = new LinkedHashMap<>(counts);
    more.merge(key, 1, Integer::sum);
    return more;
  }

  private static Course course(RolloutState state) {
    return state
        .course()
        .orElseThrow(() -> new IllegalStateException("no rollout (expected: one begun)"));
  }
}
