package dev.weft.supervisor.analysis;

import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.fabric.pipeline.TrialEvent.FrameName;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.WorstFrame;
import dev.weft.supervisor.gate.Evidence;
import dev.weft.supervisor.gate.Exposure;
import dev.weft.supervisor.gate.StepAnalysis;
import dev.weft.supervisor.rollout.Analysis;
import dev.weft.supervisor.rollout.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gathers what one attempt at a step measures, and has it judged. Threadsafe: runs are noted under
 * one short lock, outputs are compared in one of several places.
 *
 * <p>In the shadow and at 100 % only runs on the same inputs tell of processor time; in between the
 * traffic of both variants does.
 */
final class TrialAnalysis implements Analysis {

  private final StepAnalysis step;
  private final Instant begunAt;
  private final Runnable alarm;
  private final AtomicBoolean isAlarmed = new AtomicBoolean();
  private final RunBook runs = new RunBook();
  private final ComparisonBook compared;

  /**
   * @param compared empty
   * @param alarm is run at the first fault of the candidate, once
   */
  TrialAnalysis(StepAnalysis step, ComparisonBook compared, Instant begunAt, Runnable alarm) {
    this.step = step;
    this.compared = compared;
    this.begunAt = begunAt;
    this.alarm = alarm;
  }

  @Override
  public void on(TrialEvent event) {
    switch (event) {
      case TrialEvent.Ran ran -> onRan(ran);
      case TrialEvent.Compared pair -> onCompared(pair);
      case TrialEvent.Missed missed -> onMissed(missed);
    }
  }

  private void onRan(TrialEvent.Ran ran) {
    var isCandidate = ran.isCandidate();
    if (ran.error().isEmpty()) {
      runs.answered(ran.frame(), isCandidate, ran.times());
      if (step.exposure() == Exposure.CANARY) {
        runs.worked(isCandidate, ran.times());
      }
    }
    if (isCandidate) {
      ended(ran.frame(), ran.error());
    }
  }

  private void onCompared(TrialEvent.Compared pair) {
    if (step.exposure() != Exposure.CANARY) {
      runs.worked(false, pair.stableTimes());
      runs.worked(true, pair.candidateTimes());
    }
    if (!pair.isAnsweredByCandidate()) {
      ended(pair.frame(), Optional.empty());
    }
    if (!compared.compare(pair.frame(), pair.stable(), pair.candidate())) {
      raise();
    }
  }

  private void onMissed(TrialEvent.Missed missed) {
    runs.missed();
    if (missed.isCandidate() && missed.error().isPresent()) {
      ended(missed.frame(), missed.error());
    }
  }

  private void ended(FrameName frame, Optional<ErrorCode> error) {
    var code = error.orElse(null);
    if (code == null) {
      runs.ended(frame, false);
      return;
    }
    switch (code) {
      case STAGE_BROKE_CONTRACT -> fault(Fault.Kind.SHAPE, frame, code);
      case STAGE_FAILED, OUT_OF_MEMORY, INTERNAL, BAD_ARTIFACT, UNAVAILABLE, IO_FAILED ->
          runs.ended(frame, true);
      case INVALID_INPUT,
          NOT_FOUND,
          INVALID_MANIFEST,
          CANCELLED,
          FAILED_PRECONDITION,
          OVERLOADED,
          DEADLINE_EXCEEDED -> {
        // The caller's or the load's doing, whichever variant it met.
      }
    }
  }

  private void fault(Fault.Kind kind, FrameName frame, ErrorCode code) {
    compared.fault(kind, frame, code.name());
    raise();
  }

  private void raise() {
    if (isAlarmed.compareAndSet(false, true)) {
      alarm.run();
    }
  }

  @Override
  public Judgement judge(Instant now) {
    var frames = compared.comparison();
    var figures = runs.figures();
    var evidence =
        new Evidence(
            Duration.between(begunAt, now),
            figures.sessions(),
            figures.latency(),
            figures.cpu(),
            frames.tensors(),
            figures.failed(),
            frames.faults());
    var verdict = step.judge(evidence);
    return new Judgement(
        verdict.verdict(),
        verdict.gates(),
        new Judgement.Frames(
            figures.stableRuns(), figures.candidateRuns(), frames.frames(), figures.missed()),
        frames.worst().stream().map(WorstFrame::toString).toList(),
        verdict.sentence());
  }
}
