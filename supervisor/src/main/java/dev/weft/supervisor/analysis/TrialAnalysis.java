package dev.weft.supervisor.analysis;

import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.fabric.pipeline.TrialEvent.FrameName;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.comparison.StepComparator;
import dev.weft.supervisor.comparison.WorstFrame;
import dev.weft.supervisor.gate.Evidence;
import dev.weft.supervisor.gate.Exposure;
import dev.weft.supervisor.gate.StepAnalysis;
import dev.weft.supervisor.rollout.Analysis;
import dev.weft.supervisor.rollout.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gathers what one attempt at a step, or the watch after a promotion, measures, and has it judged.
 * Threadsafe: runs are noted under one short lock, outputs are compared in one of several places.
 *
 * <p>In the shadow and at 100 % only runs on the same inputs tell of processor time; in between the
 * traffic of both variants does.
 */
public final class TrialAnalysis implements Analysis {

  private static final int PLACES = 4;

  private final StepAnalysis step;
  private final boolean isWatch;
  private final long epoch;
  private final Instant begunAt;
  private final Runnable alarm;
  private final AtomicBoolean isAlarmed = new AtomicBoolean();
  private final RunBook runs = new RunBook();
  private final List<Place> places = new ArrayList<>();

  /** Where one thread at a time compares. */
  private static final class Place {
    final StepComparator comparator;

    Place(StepComparator comparator) {
      this.comparator = comparator;
    }
  }

  /**
   * @param outputs of the stage, in the order of its signature
   * @param isWatch whether the variant on trial is the one that was replaced
   * @param epoch in which frames are numbered
   * @param alarm is run at the first fault of the candidate, once
   */
  public TrialAnalysis(
      StepAnalysis step,
      Terms terms,
      List<String> outputs,
      boolean isWatch,
      long epoch,
      Instant begunAt,
      Runnable alarm) {
    this.step = step;
    this.isWatch = isWatch;
    this.epoch = epoch;
    this.begunAt = begunAt;
    this.alarm = alarm;
    for (var i = 0; i < PLACES; i++) {
      places.add(new Place(new StepComparator(outputs, terms.comparison())));
    }
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
    var isCandidate = ran.isCandidate() != isWatch;
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
      runs.worked(isWatch, pair.stableTimes());
      runs.worked(!isWatch, pair.candidateTimes());
    }
    if (!isWatch && !pair.isAnsweredByCandidate()) {
      ended(pair.frame(), Optional.empty());
    }
    var place = places.get((int) (Thread.currentThread().threadId() % PLACES));
    boolean isSound;
    synchronized (place) {
      isSound =
          isWatch
              ? place.comparator.compare(name(pair.frame()), pair.candidate(), pair.stable())
              : place.comparator.compare(name(pair.frame()), pair.stable(), pair.candidate());
    }
    if (!isSound) {
      raise();
    }
  }

  private void onMissed(TrialEvent.Missed missed) {
    runs.missed();
    if (missed.isCandidate() != isWatch) {
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
    var place = places.getFirst();
    synchronized (place) {
      place.comparator.fault(new Fault(kind, "", name(frame), code.name()));
    }
    raise();
  }

  private void raise() {
    if (isAlarmed.compareAndSet(false, true)) {
      alarm.run();
    }
  }

  @Override
  public Judgement judge(Instant now) {
    var compared = Comparison.NONE;
    for (var place : places) {
      synchronized (place) {
        compared = compared.plus(place.comparator.comparison());
      }
    }
    var figures = runs.figures();
    var evidence =
        new Evidence(
            Duration.between(begunAt, now),
            figures.sessions(),
            figures.latency(),
            figures.cpu(),
            compared.tensors(),
            figures.failed(),
            compared.faults());
    var verdict = step.judge(evidence);
    return new Judgement(
        verdict.verdict(),
        verdict.gates(),
        new Judgement.Frames(
            figures.stableRuns(), figures.candidateRuns(), compared.frames(), figures.missed()),
        compared.worst().stream().map(WorstFrame::toString).toList(),
        verdict.sentence());
  }

  private FrameReference name(FrameName frame) {
    return new FrameReference(frame.session(), epoch, frame.number());
  }
}
