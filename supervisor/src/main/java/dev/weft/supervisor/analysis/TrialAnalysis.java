package dev.weft.supervisor.analysis;

import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.comparison.WorstFrame;
import dev.weft.supervisor.gate.Evidence;
import dev.weft.supervisor.gate.Exposure;
import dev.weft.supervisor.gate.StepAnalysis;
import dev.weft.supervisor.rollout.Analysis;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.StoredRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

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
  private final RunBook runs;
  private final ComparisonBook compared;
  private final LongAdder live = new LongAdder();
  private final Optional<Scarcity> scarcity;
  private final StoredBook stored = new StoredBook();

  /**
   * @param compared empty
   * @param scarcity when recorded frames fill in; empty for never
   * @param alarm is run at the first fault of the candidate, once
   */
  TrialAnalysis(
      StepAnalysis step,
      ComparisonBook compared,
      Optional<Scarcity> scarcity,
      Instant begunAt,
      Runnable alarm) {
    this.step = step;
    this.runs = new RunBook(step.limits().cpuRatio());
    this.compared = compared;
    this.scarcity = scarcity;
    this.begunAt = begunAt;
    this.alarm = alarm;
  }

  @Override
  public void on(TrialEvent event) {
    switch (event) {
      case TrialEvent.Ran ran -> onRan(ran);
      case TrialEvent.Late(_, var frame, _, var isCandidate, var hasBegun) ->
          runs.late(frame, isCandidate, hasBegun);
      case TrialEvent.Compared pair -> onCompared(pair);
      case TrialEvent.Missed missed -> onMissed(missed);
    }
  }

  /** Of a frame in the shadow, so nothing is learned of how long callers wait. */
  @Override
  public void on(StoredRun run) {
    switch (run) {
      case StoredRun.Compared pair -> {
        runs.worked(false, pair.stableTimes());
        runs.worked(true, pair.candidateTimes());
        runs.ended(pair.frame(), false);
        if (!compared.compare(pair.frame(), pair.stable(), pair.candidate())) {
          raise();
        }
        stored.compared();
      }
      case StoredRun.Failed(var frame, var code, var message) -> failed(frame, code, message);
      case StoredRun.NotUsed(var why) -> stored.notUsed(why);
      case StoredRun.NoMore(var why) -> stored.ended(why);
    }
  }

  @Override
  public boolean wantsStored(Instant now) {
    return scarcity
        .map(
            rule ->
                rule.isTooFew(
                    live.sum(), runs.figures().sessions(), Duration.between(begunAt, now)))
        .orElse(false);
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
      var frame = compared.reference(ran.frame());
      ran.error()
          .ifPresentOrElse(
              code -> {
                if (OwnFailure.is(code)) {
                  failed(frame, code, ran.message());
                }
              },
              () -> runs.ended(frame, false));
    }
  }

  private void onCompared(TrialEvent.Compared pair) {
    if (step.exposure() != Exposure.CANARY) {
      runs.worked(false, pair.stableTimes());
      runs.worked(true, pair.candidateTimes());
    }
    if (!pair.isAnsweredByCandidate()) {
      runs.ended(compared.reference(pair.frame()), false);
    }
    if (!compared.compare(pair.frame(), pair.stable(), pair.candidate())) {
      raise();
    }
    live.increment();
  }

  private void onMissed(TrialEvent.Missed missed) {
    runs.missed(missed.error().map(_ -> "FAILED").orElse(missed.message()));
    if (missed.isCandidate()) {
      missed
          .error()
          .ifPresent(code -> failed(compared.reference(missed.frame()), code, missed.message()));
    }
  }

  /** The candidate fails; where the stable variant ran the same input, whatever it says. */
  private void failed(FrameReference frame, ErrorCode code, String message) {
    switch (code) {
      case STAGE_BROKE_CONTRACT -> fault(Fault.Kind.SHAPE, frame, message);
      case STAGE_CRASHED -> {
        runs.ended(frame, true);
        fault(Fault.Kind.CRASH, frame, message);
      }
      // Called off, by a deadline or by nobody's need; it says nothing of either variant.
      case CANCELLED, OVERLOADED, DEADLINE_EXCEEDED -> {}
      case STAGE_FAILED,
          OUT_OF_MEMORY,
          INTERNAL,
          BAD_ARTIFACT,
          UNAVAILABLE,
          IO_FAILED,
          INVALID_INPUT,
          NOT_FOUND,
          INVALID_MANIFEST,
          FAILED_PRECONDITION ->
          runs.ended(frame, true);
    }
  }

  private void fault(Fault.Kind kind, FrameReference frame, String what) {
    compared.fault(kind, frame, what);
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
            figures.late(),
            figures.cpu(),
            frames.tensors(),
            figures.failed(),
            frames.faults());
    var verdict = step.judge(evidence);
    return new Judgement(
        verdict.verdict(),
        verdict.gates(),
        new Judgement.Frames(
            figures.stableRuns(),
            figures.candidateRuns(),
            live.sum(),
            figures.missed(),
            stored.frames()),
        frames.worst().stream().map(WorstFrame::toString).toList(),
        verdict.sentence(),
        notes(figures));
  }

  /** For example {@code 4 PREEMPTED, 1 FAILED}. */
  private static String counts(Map<String, Long> byReason) {
    return byReason.entrySet().stream()
        .map(each -> "%d %s".formatted(each.getValue(), each.getKey()))
        .collect(Collectors.joining(", "));
  }

  /** For people. */
  private List<String> notes(RunBook.Figures figures) {
    var notes = new ArrayList<>(stored.notes());
    if (figures.missed() > 0) {
      notes.add(
          "%d frames were passed over in the shadow: %s"
              .formatted(figures.missed(), counts(figures.missedFor())));
    }
    return notes;
  }
}
