package dev.weft.supervisor.analysis;

import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.WorstFrame;
import dev.weft.supervisor.drift.DriftCheck;
import dev.weft.supervisor.drift.DriftWindow;
import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Kpi;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Analysis;
import dev.weft.supervisor.rollout.Judgement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The watch over a promoted variant: window by window, whether its outputs drift from those of the
 * variant it replaced, which runs in its shadow. Threadsafe.
 */
final class WatchAnalysis implements Analysis {

  private final DriftCheck check;
  private final Supplier<ComparisonBook> books;
  private final Runnable alarm;
  private final AtomicBoolean isAlarmed = new AtomicBoolean();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private volatile ComparisonBook window;
  private Judgement last = judgement(Verdict.INSUFFICIENT, List.of(), Comparison.NONE, "no window");

  /**
   * @param books makes an empty one for each window
   * @param alarm is run at the first fault, once
   */
  WatchAnalysis(DriftCheck check, Supplier<ComparisonBook> books, Runnable alarm) {
    this.check = check;
    this.books = books;
    this.alarm = alarm;
    this.window = books.get();
  }

  @Override
  public void on(TrialEvent event) {
    switch (event) {
      case TrialEvent.Ran ran -> onRan(ran);
      case TrialEvent.Late _ -> {}
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
    if (ran.error().filter(ErrorCode.STAGE_CRASHED::equals).isPresent()) {
      var book = window;
      book.fault(Fault.Kind.CRASH, book.reference(ran.frame()), ran.message());
      raise();
    }
  }

  private void raise() {
    if (isAlarmed.compareAndSet(false, true)) {
      alarm.run();
    }
  }

  @Override
  public synchronized Judgement judge(Instant now) {
    if (last.verdict() == Verdict.FAIL) {
      return last;
    }
    var compared = window.comparison();
    if (compared.faults().isEmpty() && compared.frames() < check.limits().windowMin()) {
      return last;
    }
    window = books.get();
    var said = check.judge(compared);
    var why = said.alarm();
    last =
        judgement(
            why.isPresent() ? Verdict.FAIL : Verdict.PASS,
            Stream.concat(
                    said.faults().stream().map(GateResult::failed),
                    said.figures().stream().map(figure -> gate(figure, said)))
                .toList(),
            compared,
            why.orElse("no drift in the last window of %d frames".formatted(said.frames())));
    return last;
  }

  private Judgement judgement(
      Verdict verdict, List<GateResult> gates, Comparison compared, String why) {
    return new Judgement(
        verdict,
        gates,
        new Judgement.Frames(0, answered.get(), compared.frames(), missed.get()),
        compared.worst().stream().map(WorstFrame::toString).toList(),
        why);
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
