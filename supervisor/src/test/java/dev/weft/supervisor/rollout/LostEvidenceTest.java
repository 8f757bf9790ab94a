package dev.weft.supervisor.rollout;

import static dev.weft.supervisor.rollout.Plans.CANDIDATE;
import static dev.weft.supervisor.rollout.Plans.STABLE;
import static dev.weft.supervisor.rollout.Plans.judgement;
import static dev.weft.supervisor.rollout.Plans.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a rollout whose controller, process or operator has it begin anew or undone. */
class LostEvidenceTest {

  private RolloutState state = RolloutState.none();
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void aControllerThatBeganAnewHasTheStepBeginAnewOnceForEachAttempt() {
    start();

    accepted(state.lost(1, 1, now));
    assertEquals(2, course().attempt());
    accepted(state.lost(1, 1, now));
    assertEquals(2, course().attempt());
    for (var attempt = 2; attempt <= RolloutState.ATTEMPTS_MAX; attempt++) {
      accepted(state.lost(1, attempt, now));
    }

    assertEquals(Phase.PAUSED, state.phase());
    assertEquals("the step began 8 times without a verdict", course().pausedBecause());
  }

  /** Whom the candidate answers meanwhile is to be as safe as before. */
  @Test
  void aProcessThatGoesOnWithAPausedStepSpendsALaterAttempt() {
    start();
    accepted(state.pause("lunch", now));
    load(2);

    assertEquals(Phase.PAUSED, state.phase());
    assertEquals("lunch", course().pausedBecause());
    assertEquals(2, course().attempt());
    assertTrue(Conduct.gathers(state));
    accepted(state.judge(2, 0, 2, judgement(Verdict.FAIL), now));
    assertEquals(Phase.DEGRADED, state.phase());
  }

  @Test
  void whatWasPausedBeforeItWasLoadedStaysOutUntilItIsResumed() {
    accepted(state.start(plan(), STABLE, now));
    accepted(state.pause("lunch", now));
    load(1);

    assertEquals(0, course().attempt());
    assertEquals(0, state.traffic().trial().orElseThrow().compared());
    accepted(state.resume(now));
    assertEquals(1, course().attempt());
  }

  @Test
  void aWatchThatEndsProcessesAsItLoadsWhatWasReplacedIsGivenUp() {
    start();
    accepted(state.promote("a test says so", now));
    accepted(state.take(2, now));
    accepted(state.loading(2, now));
    accepted(state.take(3, now));
    assertEquals(Phase.WATCHING, state.phase());
    accepted(state.loading(3, now));
    accepted(state.take(4, now));

    assertEquals(Phase.HEALTHY, state.phase());
    assertEquals(Optional.of(CANDIDATE), state.traffic().stable());
    assertTrue(state.denied().isEmpty());
  }

  @Test
  void aWatchWhoseLoadsComeToTheirEndGoesOnHoweverManyProcessesEndAfterwards() {
    start();
    accepted(state.promote("a test says so", now));
    for (var epoch = 2; epoch < 10; epoch++) {
      load(epoch);
    }

    assertEquals(Phase.WATCHING, state.phase());
  }

  @Test
  void whatIsOverCanBeUndoneAndOnceOnly() {
    start();
    accepted(state.promote("a test says so", now));
    now = now.plus(Duration.ofMinutes(2));
    accepted(state.watched(1, judgement(Verdict.PASS), now));
    assertEquals(Phase.HEALTHY, state.phase());

    accepted(state.undo("callers complain", now));

    assertEquals(Phase.DEGRADED, state.phase());
    assertEquals(Traffic.alone(Optional.of(STABLE), List.of(STABLE, CANDIDATE)), state.traffic());
    assertEquals("ABORTED: callers complain", state.past().getLast().why());
    var events = accepted(state.undo("again", now));
    assertTrue(events.isEmpty());
  }

  @Test
  void whereNothingWasRolledOutNothingCanBeUndone() {
    var refused =
        assertInstanceOf(RolloutDecision.Refuse.class, RolloutState.none().undo("why", now));

    assertEquals(RolloutRefusal.NOT_NOW, refused.refusal());
  }

  @Test
  void onlyAControllerThatKnewNoStateBeforeHasLostEvidence() {
    start();

    assertEquals(Conduct.Gathering.LOST, Conduct.gathering(RolloutState.none(), state, true));
    assertEquals(Conduct.Gathering.GOES_ON, Conduct.gathering(state, state, false));
    assertEquals(Conduct.Gathering.BEGINS, Conduct.gathering(RolloutState.none(), state, false));
    assertEquals(Optional.of(new Conduct.Lost(1)), Conduct.unjudged(state, false, true));
    assertEquals(Optional.empty(), Conduct.unjudged(state, true, true));
  }

  @Test
  void nothingIsLoadedWhereNoStepCanTakeIt() {
    accepted(state.start(plan(), STABLE, now));
    accepted(state.take(1, now));

    assertEquals(Optional.empty(), Conduct.unjudged(state, false, false));
    assertEquals(Optional.of(new Conduct.Loading()), Conduct.unjudged(state, false, true));
  }

  private void start() {
    accepted(state.start(plan(), STABLE, now));
    load(1);
  }

  private void load(long epoch) {
    accepted(state.take(epoch, now));
    accepted(state.loading(epoch, now));
    accepted(state.loaded(epoch, now));
  }

  private Course course() {
    return state.course().orElseThrow();
  }

  private List<RolloutEvent> accepted(RolloutDecision decision) {
    var accepted = assertInstanceOf(RolloutDecision.Accept.class, decision, decision.toString());
    accepted.events().forEach(event -> state = state.on(event));
    return accepted.events();
  }
}
