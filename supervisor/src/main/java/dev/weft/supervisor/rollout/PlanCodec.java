package dev.weft.supervisor.rollout;

import dev.weft.api.rollout.v1.Gate;
import dev.weft.api.rollout.v1.Judged;
import dev.weft.api.rollout.v1.Plan;
import dev.weft.api.rollout.v1.PlanStep;
import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Kpi;
import dev.weft.supervisor.gate.Verdict;
import java.time.Duration;
import java.util.stream.Stream;

/** How plans and judgements are stored. */
final class PlanCodec {

  private PlanCodec() {}

  static Plan plan(RolloutPlan plan) {
    var stored =
        Plan.newBuilder()
            .setStage(plan.stage())
            .setCandidate(plan.candidate())
            .setCandidateDigest(plan.candidateDigest())
            .setGiveUpAfterMillis(plan.giveUpAfter().toMillis())
            .setWhenInconclusive(
                switch (plan.whenInconclusive()) {
                  case PAUSE -> Plan.Inconclusive.PAUSE;
                  case ROLL_BACK -> Plan.Inconclusive.ROLL_BACK;
                })
            .setWatchMillis(plan.watch().lasts().toMillis())
            .setWatchCompared(plan.watch().compared())
            .setManifest(plan.manifest());
    for (var step : plan.steps()) {
      stored.addSteps(
          PlanStep.newBuilder()
              .setAnswers(step.answers())
              .setCompared(step.compared())
              .setDwellMillis(step.dwell().toMillis()));
    }
    return stored.build();
  }

  static RolloutPlan plan(Plan stored) {
    return new RolloutPlan(
        stored.getStage(),
        stored.getCandidate(),
        stored.getCandidateDigest(),
        stored.getStepsList().stream()
            .map(
                step ->
                    new RolloutPlan.Step(
                        step.getAnswers(),
                        step.getCompared(),
                        Duration.ofMillis(step.getDwellMillis())))
            .toList(),
        Duration.ofMillis(stored.getGiveUpAfterMillis()),
        switch (stored.getWhenInconclusive()) {
          case PAUSE -> RolloutPlan.Inconclusive.PAUSE;
          case ROLL_BACK -> RolloutPlan.Inconclusive.ROLL_BACK;
          case INCONCLUSIVE_UNSPECIFIED, UNRECOGNIZED ->
              throw unknown("when-inconclusive", stored.getWhenInconclusiveValue());
        },
        new RolloutPlan.Watch(
            Duration.ofMillis(stored.getWatchMillis()), stored.getWatchCompared()),
        stored.getManifest());
  }

  static Judged judgement(Judgement judgement) {
    var stored =
        Judged.newBuilder()
            .setVerdict(verdict(judgement.verdict()))
            .setStableFrames(judgement.frames().stable())
            .setCandidateFrames(judgement.frames().candidate())
            .setComparedFrames(judgement.frames().compared())
            .setMissedFrames(judgement.frames().missed())
            .setReplayedFrames(judgement.frames().replayed())
            .addAllNotes(judgement.notes())
            .addAllWorst(judgement.worst())
            .setWhy(judgement.why());
    for (var gate : judgement.gates()) {
      stored.addGates(
          Gate.newBuilder()
              .setKpi(gate.kpi().word())
              .setMetric(gate.metric())
              .setEstimate(gate.estimate())
              .setLower(gate.lower())
              .setUpper(gate.upper())
              .setLimit(gate.limit())
              .setSamples(gate.samples())
              .setVerdict(verdict(gate.verdict()))
              .setSentence(gate.sentence()));
    }
    return stored.build();
  }

  static Judgement judgement(Judged stored) {
    return new Judgement(
        verdict(stored.getVerdict()),
        stored.getGatesList().stream().map(PlanCodec::gate).toList(),
        new Judgement.Frames(
            stored.getStableFrames(),
            stored.getCandidateFrames(),
            stored.getComparedFrames(),
            stored.getMissedFrames(),
            stored.getReplayedFrames()),
        stored.getWorstList(),
        stored.getWhy(),
        stored.getNotesList());
  }

  private static GateResult gate(Gate stored) {
    return new GateResult(
        kpi(stored.getKpi()),
        stored.getMetric(),
        stored.getEstimate(),
        stored.getLower(),
        stored.getUpper(),
        stored.getLimit(),
        stored.getSamples(),
        verdict(stored.getVerdict()),
        stored.getSentence());
  }

  private static Kpi kpi(String stored) {
    return Stream.of(Kpi.values())
        .filter(kpi -> kpi.word().equals(stored))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("kpi: '%s'".formatted(stored)));
  }

  private static Judged.Verdict verdict(Verdict verdict) {
    return switch (verdict) {
      case PASS -> Judged.Verdict.PASS;
      case FAIL -> Judged.Verdict.FAIL;
      case INCONCLUSIVE -> Judged.Verdict.INCONCLUSIVE;
      case INSUFFICIENT -> Judged.Verdict.INSUFFICIENT;
    };
  }

  private static Verdict verdict(Judged.Verdict stored) {
    return switch (stored) {
      case PASS -> Verdict.PASS;
      case FAIL -> Verdict.FAIL;
      case INCONCLUSIVE -> Verdict.INCONCLUSIVE;
      case INSUFFICIENT -> Verdict.INSUFFICIENT;
      case VERDICT_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "verdict: %s (expected: a known one)".formatted(stored));
    };
  }

  static IllegalArgumentException unknown(String field, int value) {
    return new IllegalArgumentException("%s: %d (expected: a known one)".formatted(field, value));
  }
}
