package dev.weft.supervisor.rollout;

import static dev.weft.supervisor.rollout.Plans.CANDIDATE;
import static dev.weft.supervisor.rollout.Plans.STABLE;
import static dev.weft.supervisor.rollout.Plans.judgement;
import static dev.weft.supervisor.rollout.Plans.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.RolloutEvent.Cause;
import dev.weft.supervisor.rollout.RolloutPlan.Inconclusive;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloutStateTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration LONG = Duration.ofMinutes(6);

  private RolloutState state = RolloutState.none();
  private Instant now = NOON;

  @Test
  void goesThroughItsStepsToThePromotionAndTheEndOfTheWatch() {
    start(plan());
    var shares =
        java.util.stream.IntStream.range(0, 4)
            .mapToObj(
                step -> {
                  var share = state.traffic().trial().orElseThrow().answers();
                  judge(Verdict.PASS);
                  return share;
                })
            .toList();

    assertEquals(List.of(0, 100, 2_500, 10_000), shares);
    assertEquals(Phase.WATCHING, state.phase());
    assertEquals(
        new Traffic(
            Optional.of(CANDIDATE),
            List.of(STABLE, CANDIDATE),
            Optional.of(new Traffic.Trial("minilm#1", STABLE, 0, 500)),
            true),
        state.traffic());

    pass(Duration.ofMinutes(1));
    accepted(state.watched(1, judgement(Verdict.PASS), now));

    assertEquals(Phase.HEALTHY, state.phase());
    assertEquals(
        Traffic.alone(Optional.of(CANDIDATE), List.of(STABLE, CANDIDATE)), state.traffic());
    assertEquals(Past.Outcome.HEALTHY, state.past().getFirst().outcome());
  }

  @Test
  void aFailureAtAnyStepBringsTheStableVariantBackAlone() {
    for (var failing = 0; failing < 4; failing++) {
      state = RolloutState.none();
      start(plan());
      for (var step = 0; step < failing; step++) {
        judge(Verdict.PASS);
      }
      judge(Verdict.FAIL);

      assertEquals(Phase.DEGRADED, state.phase());
      assertEquals(Optional.of(STABLE), state.traffic().stable());
      assertTrue(state.traffic().trial().isEmpty());
      assertTrue(state.past().getLast().why().startsWith("GATE_FAILED: as a test says"));
    }
  }

  @Test
  void aFailureCountsBeforeTheDwellTimeIsOverAndAPassDoesNot() {
    start(plan());
    var at = state.course().orElseThrow();

    refused(RolloutRefusal.NOT_NOW, state.judge(1, 0, 1, judgement(Verdict.PASS), now));
    accepted(state.judge(1, at.step(), at.attempt(), judgement(Verdict.FAIL), now));

    assertEquals(Phase.DEGRADED, state.phase());
  }

  @Test
  void tooLittleEvidenceWaitsUntilItIsGivenUp() {
    start(plan());

    refused(RolloutRefusal.NOT_NOW, state.judge(1, 0, 1, judgement(Verdict.INSUFFICIENT), now));
    pass(LONG);
    accepted(state.judge(1, 0, 1, judgement(Verdict.INSUFFICIENT), now));

    assertEquals(Phase.PAUSED, state.phase());
    assertEquals(
        "as a test says: INSUFFICIENT; 12 frames were passed over, 900 compared",
        state.course().orElseThrow().pausedBecause());
    assertEquals(0, state.traffic().trial().orElseThrow().answers());
    accepted(state.resume(now));
    assertEquals(2, state.course().orElseThrow().attempt());
  }

  @Test
  void aStepWithoutAVerdictIsRolledBackWhereThePlanSaysSo() {
    start(plan(Inconclusive.ROLL_BACK, Duration.ZERO));
    judge(Verdict.INCONCLUSIVE);
    assertEquals(Phase.DEGRADED, state.phase());
    assertEquals(
        "INCONCLUSIVE: as a test says: INCONCLUSIVE; 12 frames were passed over, 900 compared",
        state.past().getLast().why());
  }

  @Test
  void onlyTheLastControllerIsHeard() {
    start(plan());
    accepted(state.take(2, now));

    refused(RolloutRefusal.STALE_EPOCH, state.judge(1, 0, 1, judgement(Verdict.FAIL), now));
    refused(RolloutRefusal.STALE_EPOCH, state.loading(1, now));
    refused(RolloutRefusal.STALE_EPOCH, state.take(1, now));
    assertEquals(Phase.PROGRESSING, state.phase());
  }

  @Test
  void aVerdictOnAnEarlierStepOrAttemptChangesNothing() {
    start(plan());
    judge(Verdict.PASS);
    refused(RolloutRefusal.NOT_NOW, state.judge(1, 0, 1, judgement(Verdict.FAIL), now));
    load(2);
    assertEquals(2, state.course().orElseThrow().attempt());
    refused(RolloutRefusal.NOT_NOW, state.judge(2, 1, 1, judgement(Verdict.FAIL), now));
  }

  @Test
  void whoCrashesTwiceWhileLoadingIsDeniedBeforeItIsLoadedAgain() {
    accepted(state.start(plan(), STABLE, now));
    accepted(state.take(1, now));
    accepted(state.loading(1, now));
    accepted(state.take(2, now));
    assertEquals(Phase.PROGRESSING, state.phase());
    accepted(state.loading(2, now));
    accepted(state.take(3, now));

    assertEquals(Phase.DEGRADED, state.phase());
    assertTrue(state.past().getLast().why().startsWith("CRASHED: 2 processes ended"));
    refused(RolloutRefusal.DENIED, state.start(plan(), STABLE, now));
    accepted(state.lift("ab".repeat(32), "mended upstream", now));
    accepted(state.start(plan(), STABLE, now));
  }

  @Test
  void whoCrashesWhileItRunsIsRolledBackAtOnceAndDeniedTheSecondTime() {
    for (var crash = 1; crash <= 2; crash++) {
      start(plan());
      accepted(state.judge(crash, 0, 1, crash(), now));

      assertEquals(Phase.DEGRADED, state.phase());
      assertEquals(
          "CRASHED: CRASH of frame visit-7/2/41: its process ended with signal 11",
          state.past().getLast().why());
      assertEquals(Map.of("ab".repeat(32), crash), state.crashes());
    }
    refused(RolloutRefusal.DENIED, state.start(plan(), STABLE, now));
    accepted(state.lift("ab".repeat(32), "mended upstream", now));
    accepted(state.start(plan(), STABLE, now));
  }

  @Test
  void whoCrashesUnderTheWatchIsTakenBackAndBlamed() {
    start(plan());
    accepted(state.promote("a test says so", now));

    accepted(state.watched(1, crash(), now));

    assertEquals(Phase.DEGRADED, state.phase());
    assertEquals(Optional.of(STABLE), state.traffic().stable());
    assertTrue(state.past().getLast().why().startsWith("CRASHED: CRASH of frame"));
    assertEquals("watch", state.past().getLast().step());
    assertEquals(Map.of("ab".repeat(32), 1), state.crashes());
  }

  /** What runs where a candidate was promoted is that candidate, until it has been replaced. */
  @Test
  void whoIsTakenBackUnderTheWatchIsReplacedWhereverItRuns() {
    start(plan());
    assertFalse(state.traffic().replaces().contains(CANDIDATE));
    accepted(state.promote("a test says so", now));
    accepted(state.watched(1, judgement(Verdict.FAIL), now));

    assertEquals(Optional.of(STABLE), state.traffic().stable());
    assertTrue(state.traffic().replaces().contains(CANDIDATE), state.traffic().toString());
  }

  private static Judgement crash() {
    var frame = new FrameReference("visit-7", 2, 41);
    var fault = new Fault(Fault.Kind.CRASH, "", frame, "its process ended with signal 11");
    var gate = GateResult.failed(fault);
    return new Judgement(
        Verdict.FAIL, List.of(gate), new Judgement.Frames(9, 9, 9, 9), List.of(), gate.sentence());
  }

  @Test
  void aProcessThatEndsAfterTheLoadBlamesNobody() {
    start(plan());
    load(2);
    load(3);
    assertEquals(Phase.PROGRESSING, state.phase());
    assertTrue(state.crashes().isEmpty());
    assertEquals(3, state.course().orElseThrow().attempt());
  }

  @Test
  void aStepThatBeginsTooOftenPauses() {
    start(plan());
    for (var epoch = 2; epoch <= RolloutState.ATTEMPTS_MAX + 1; epoch++) {
      load(epoch);
    }
    assertEquals(Phase.PAUSED, state.phase());
  }

  @Test
  void promotingWithoutEvidenceNeedsAReasonWhichIsKept() {
    start(plan());
    refused(RolloutRefusal.NO_EVIDENCE, state.promote(" ", now));
    accepted(state.promote("the fleet is down otherwise", now));
    pass(LONG);
    accepted(state.watched(1, judgement(Verdict.INSUFFICIENT), now));

    assertEquals(Past.Outcome.FORCED, state.past().getLast().outcome());
    assertEquals(
        "the fleet is down otherwise; as a test says: INSUFFICIENT", state.past().getLast().why());
  }

  @Test
  void whatWasPromotedOnEvidenceAndThenNotCheckedIsToldApart() {
    start(plan());
    for (var step = 0; step < 4; step++) {
      judge(Verdict.PASS);
    }
    pass(LONG);
    accepted(state.watched(1, judgement(Verdict.INSUFFICIENT), now));

    assertEquals(Phase.HEALTHY, state.phase());
    assertEquals(Past.Outcome.UNWATCHED, state.past().getLast().outcome());
    assertEquals("as a test says: INSUFFICIENT", state.past().getLast().why());
  }

  @Test
  void driftAfterThePromotionBringsTheReplacedVariantBack() {
    start(plan());
    for (var step = 0; step < 4; step++) {
      judge(Verdict.PASS);
    }
    refused(RolloutRefusal.NOT_NOW, state.watched(1, judgement(Verdict.PASS), now));
    accepted(state.watched(1, judgement(Verdict.FAIL), now));

    assertEquals(Phase.DEGRADED, state.phase());
    assertEquals(Optional.of(STABLE), state.traffic().stable());
    // In the place of what was promoted, or it would stay.
    assertTrue(state.traffic().replaces().contains(plan().candidate()));
  }

  @Test
  void whatWasNeverPromotedIsNotReplacedWhereSomebodyPutIt() {
    start(plan());
    judge(Verdict.FAIL);

    assertEquals(Phase.DEGRADED, state.phase());
    assertFalse(state.traffic().replaces().contains(plan().candidate()));
  }

  @Test
  void oneRolloutAtATimeAndAbortIsAlwaysHeard() {
    start(plan());
    refused(
        RolloutRefusal.UNDER_WAY,
        state.start(plan(Inconclusive.ROLL_BACK, Duration.ZERO), STABLE, now));
    assertEquals(List.of(), accepted(state.start(plan(), STABLE, now)));
    accepted(state.pause("lunch", now));
    refused(RolloutRefusal.NOT_NOW, state.judge(1, 0, 1, judgement(Verdict.PASS), later()));
    accepted(state.abort("enough", now));
    assertEquals(List.of(), accepted(state.abort("enough", now)));
    assertEquals(Cause.ABORTED + ": enough", state.past().getLast().why());
  }

  private void start(RolloutPlan plan) {
    accepted(state.start(plan, STABLE, now));
    load(state.epoch() + 1);
  }

  private void load(long epoch) {
    accepted(state.take(epoch, now));
    accepted(state.loading(epoch, now));
    accepted(state.loaded(epoch, now));
  }

  private void judge(Verdict verdict) {
    pass(Duration.ofSeconds(10));
    var course = state.course().orElseThrow();
    accepted(state.judge(state.epoch(), course.step(), course.attempt(), judgement(verdict), now));
  }

  private Instant later() {
    return now.plus(LONG);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private void apply(RolloutDecision decision) {
    if (decision instanceof RolloutDecision.Accept(var events)) {
      events.forEach(event -> state = state.on(event));
    }
  }

  private List<RolloutEvent> accepted(RolloutDecision decision) {
    var accepted = assertInstanceOf(RolloutDecision.Accept.class, decision);
    apply(accepted);
    return accepted.events();
  }

  private static void refused(RolloutRefusal refusal, RolloutDecision decision) {
    assertEquals(refusal, assertInstanceOf(RolloutDecision.Refuse.class, decision).refusal());
  }
}
