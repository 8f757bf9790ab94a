package dev.weft.supervisor.analysis;

import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.WorstFrame;
import dev.weft.supervisor.drift.DriftCheck;
import dev.weft.supervisor.drift.DriftWindow;
import dev.weft.supervisor.gate.Evidence;
import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Kpi;
import dev.weft.supervisor.gate.StepAnalysis;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Analysis;
import dev.weft.supervisor.rollout.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The watch over a promoted variant: window by window, whether its outputs drift from those of the
 * variant it replaced, which runs in its shadow; and all along, whether more of its runs fail or
 * are late than is allowed. Threadsafe.
 */
final class WatchAnalysis implements Analysis {

  private static final double CPU_NOT_JUDGED = 1;

  private final DriftCheck check;
  private final Optional<StepAnalysis> answers;
  private final ComparisonBook window;
  private final RunBook runs = new RunBook(CPU_NOT_JUDGED);
  private final Runnable alarm;
  private final AtomicBoolean isAlarmed = new AtomicBoolean();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private Optional<Judgement> last = Optional.empty();

  /**
   * @param answers judges how the promoted variant answers everybody; empty if nothing is asked of
   *     that
   * @param window empty; holds the frames since the last one that was judged
   * @param alarm is run at the first fault, once
   */
  WatchAnalysis(
      DriftCheck check, Optional<StepAnalysis> answers, ComparisonBook window, Runnable alarm) {
    this.check = check;
    this.answers = answers;
    this.window = window;
    this.alarm = alarm;
  }

  @Override
  public void on(TrialEvent event) {
    switch (event) {
      case TrialEvent.Ran ran -> onRan(ran);
      case TrialEvent.Late(_, var frame, _, var isReplaced, var hasBegun) -> {
        if (!isReplaced) {
          runs.late(frame, true, hasBegun);
        }
      }
      case TrialEvent.Missed _ -> missed.incrementAndGet();
      case TrialEvent.Compared pair -> {
        // The variant on trial is the one that was replaced.
        if (!window.compare(pair.frame(), pair.candidate(), pair.stable())) {
          raise();
        }
      }
    }
  }

  private void onRan(TrialEvent.Ran ran) {
    if (ran.isCandidate()) {
      return;
    }
    answered.incrementAndGet();
    if (ran.error().isEmpty()) {
      runs.answered(ran.frame(), true, ran.times());
    }
    if (ran.error().map(OwnFailure::is).orElse(true)) {
      runs.ended(window.reference(ran.frame()), ran.error().isPresent());
    }
    if (ran.error().filter(ErrorCode.STAGE_CRASHED::equals).isPresent()) {
      window.fault(Fault.Kind.CRASH, window.reference(ran.frame()), ran.message());
      raise();
    }
  }

  private void raise() {
    if (isAlarmed.compareAndSet(false, true)) {
      alarm.run();
    }
  }

  /**
   * Of the last window that could be checked; insufficient while there was none, with the reason.
   */
  @Override
  public synchronized Judgement judge(Instant now) {
    if (last.filter(said -> said.verdict() == Verdict.FAIL).isPresent()) {
      return last.get();
    }
    var failed = answersAsAllowed();
    if (failed.isPresent()) {
      last = failed;
      return failed.get();
    }
    var open = window.comparison();
    if (open.faults().isEmpty() && !check.isFull(open)) {
      return last.map(said -> since(said, open)).orElseGet(() -> judgement(open));
    }
    var judgement = judgement(window.take());
    var hasPassed = last.filter(said -> said.verdict() == Verdict.PASS).isPresent();
    if (!hasPassed || judgement.verdict() != Verdict.INSUFFICIENT) {
      last = Optional.of(judgement);
    }
    return last.orElse(judgement);
  }

  /** Why not, if too many runs of the promoted variant failed or were late. */
  private Optional<Judgement> answersAsAllowed() {
    var figures = runs.figures();
    var evidence =
        new Evidence(
            Duration.ZERO,
            figures.sessions(),
            figures.latency(),
            figures.late(),
            figures.cpu(),
            List.of(),
            figures.failed(),
            List.of());
    return answers
        .map(step -> step.judge(evidence))
        .filter(said -> said.verdict() == Verdict.FAIL)
        .map(
            said ->
                new Judgement(
                    Verdict.FAIL,
                    said.gates(),
                    new Judgement.Frames(0, answered.get(), 0, missed.get()),
                    List.of(),
                    said.sentence()));
  }

  private Judgement judgement(Comparison compared) {
    var said = check.judge(compared);
    var lacks = String.join("; ", said.lacks());
    var why =
        switch (said.verdict()) {
          case FAIL -> said.alarm().orElseThrow();
          case PASS ->
              "no drift in the last window of %d frames".formatted(said.frames())
                  + (lacks.isEmpty() ? "" : "; not checked: " + lacks);
          case INCONCLUSIVE, INSUFFICIENT ->
              "not watched: %s, %d were passed over".formatted(lacks, missed.get());
        };
    var gates =
        Stream.concat(
                said.faults().stream().map(GateResult::failed),
                said.figures().stream().map(figure -> gate(figure, said)))
            .toList();
    return new Judgement(said.verdict(), gates, frames(compared), worst(compared), why);
  }

  /** What was said, with what came since if that is as much as a window and cannot be checked. */
  private Judgement since(Judgement said, Comparison open) {
    if (open.frames() < check.limits().windowMin() || said.verdict() != Verdict.PASS) {
      return said;
    }
    return new Judgement(
        said.verdict(),
        said.gates(),
        said.frames(),
        said.worst(),
        "%s; not watched since: %s"
            .formatted(said.why(), String.join("; ", check.judge(open).lacks())));
  }

  private Judgement.Frames frames(Comparison compared) {
    return new Judgement.Frames(0, answered.get(), compared.frames(), missed.get());
  }

  private static List<String> worst(Comparison compared) {
    return compared.worst().stream().map(WorstFrame::toString).toList();
  }

  private static GateResult gate(DriftWindow.Figure figure, DriftWindow said) {
    return new GateResult(
        Kpi.SHADOW_ERROR,
        "%s of '%s'".formatted(figure.statistic().word(), figure.tensor()),
        figure.value(),
        figure.value(),
        figure.value(),
        figure.alarmAbove(),
        said.frames(),
        figure.isAlarm() ? Verdict.FAIL : Verdict.PASS,
        figure.toString());
  }
}
