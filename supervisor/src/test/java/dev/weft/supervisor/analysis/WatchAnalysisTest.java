package dev.weft.supervisor.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.fabric.pipeline.TrialEvent.FrameName;
import dev.weft.fabric.pipeline.TrialEvent.OnTrial;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.drift.DriftCheck;
import dev.weft.supervisor.drift.DriftLimits;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Exposure;
import dev.weft.supervisor.gate.Limit;
import dev.weft.supervisor.gate.Limits;
import dev.weft.supervisor.gate.StepAnalysis;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the watch over a promoted variant says, and when it has nothing to say. */
class WatchAnalysisTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int WINDOW = 50;
  private static final OnTrial REPLACED = new OnTrial("old", Optional.empty());
  private static final RunTimes TIMES = RunTimes.alone(0, 1, 1);

  private final TensorPool pool = new TensorPool(1 << 20, TensorPool.LeakTracing.OFF);
  private final AtomicInteger alarms = new AtomicInteger();
  private final WatchAnalysis watch =
      new WatchAnalysis(
          new DriftCheck(new DriftLimits(WINDOW, 0.1, 0.1, 0.25, 0.001)),
          Optional.of(
              new StepAnalysis(
                  Limits.of(new Limit.FailedRuns(0.1), new Limit.LateRuns(0.1)),
                  new ErrorBudget(0.001, 0.001, 1),
                  new Effort(1, 1, 1_000, Duration.ofHours(1)),
                  Exposure.WHOLE,
                  1)),
          new ComparisonBook(List.of("y"), ComparisonSettings.usual(), 1),
          alarms::incrementAndGet);
  private long number;

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void aWindowThatWasCheckedPasses() {
    compare(WINDOW, 1, 1);

    assertEquals(Verdict.PASS, judge().verdict());
    assertEquals("no drift in the last window of 50 frames", judge().why());
    assertEquals(2, judge().gates().size());
  }

  @Test
  void fewerFramesThanAWindowAreNoWatch() {
    compare(WINDOW - 1, 1, 1);
    watch.on(
        new TrialEvent.Missed("step", frame(), REPLACED, true, Optional.empty(), "no room for it"));

    assertEquals(Verdict.INSUFFICIENT, judge().verdict());
    assertEquals(
        "not watched: 49 of 49 frames could be compared (expected: 50 for a window), 1 were passed"
            + " over",
        judge().why());
  }

  @Test
  void framesThatCannotBeComparedAreNoWatchHoweverMany() {
    compare(3 * WINDOW, Float.NaN, 1);

    assertEquals(Verdict.INSUFFICIENT, judge().verdict());
    assertTrue(
        judge()
            .why()
            .startsWith(
                "not watched: 0 of 150 frames could be compared, as the replaced variant itself"
                    + " gave a NaN in 150 (expected: 50"),
        judge().why());
  }

  @Test
  void outputsWithoutElementsAreNoWatch() {
    try (var none = pool.allocate(Datatype.FP32, Shape.of(0))) {
      for (var i = 0; i < WINDOW; i++) {
        watch.on(
            new TrialEvent.Compared(
                "step", frame(), REPLACED, false, List.of(none), List.of(none), TIMES, TIMES));
      }
    }

    assertEquals(Verdict.INSUFFICIENT, judge().verdict());
    assertTrue(judge().why().contains("'y' had no element to compare"), judge().why());
    // What was said stands, though its frames are gone.
    assertTrue(judge().why().contains("'y' had no element to compare"), judge().why());
  }

  @Test
  void aPassSaysWhatWasNotWatchedSince() {
    compare(WINDOW, 1, 1);
    judge();
    compare(WINDOW, Float.NaN, 1);

    assertEquals(Verdict.PASS, judge().verdict());
    assertTrue(
        judge().why().contains("; not watched since: 0 of 50 frames could be compared"),
        judge().why());
  }

  @Test
  void driftFails() {
    compare(WINDOW, 1, 5);

    assertEquals(Verdict.FAIL, judge().verdict());
    assertTrue(judge().why().startsWith("ks of 'y': 1.00 (alarm above"), judge().why());
  }

  @Test
  void aFaultFailsAtOnceAndStays() {
    compare(1, 1, Float.NaN);

    assertEquals(1, alarms.get());
    assertEquals(Verdict.FAIL, judge().verdict());
    compare(WINDOW, 1, 1);
    assertEquals(Verdict.FAIL, judge().verdict());
  }

  @Test
  void aCrashOfThePromotedVariantFails() {
    watch.on(
        new TrialEvent.Ran(
            "step",
            frame(),
            REPLACED,
            false,
            TIMES,
            Optional.of(ErrorCode.STAGE_CRASHED),
            "ended with signal 11"));

    assertEquals(1, alarms.get());
    assertEquals(Verdict.FAIL, judge().verdict());
  }

  /** The stage fails, so there is nothing to compare. */
  @Test
  void aPromotedVariantThatFailsIsTakenBackThoughNothingCanBeCompared() {
    for (var i = 0; i < 20; i++) {
      ran(Optional.of(ErrorCode.STAGE_FAILED));
    }

    assertEquals(Verdict.FAIL, judge().verdict());
    assertTrue(judge().why().contains("failed runs: 1 ("), judge().why());
  }

  @Test
  void aPromotedVariantThatIsTooSlowIsTakenBack() {
    ran(Optional.empty());
    for (var i = 0; i < 20; i++) {
      watch.on(new TrialEvent.Late("step", frame(), REPLACED, false, true));
    }

    assertEquals(Verdict.FAIL, judge().verdict());
    assertTrue(judge().why().contains("late runs"), judge().why());
  }

  @Test
  void whatCallersDoWrongAndWhatTheReplacedVariantDoesIsNotHeldAgainstIt() {
    for (var i = 0; i < 50; i++) {
      ran(Optional.of(ErrorCode.INVALID_INPUT));
      watch.on(new TrialEvent.Late("step", frame(), REPLACED, true, true));
    }

    assertEquals(Verdict.INSUFFICIENT, judge().verdict(), judge().why());
  }

  /** The fault comes at whatever moment, while windows are judged without a pause. */
  @Test
  void aFaultThatComesWhileTheWindowChangesIsNotLost() throws Exception {
    for (var round = 0; round < 200; round++) {
      var window = new ComparisonBook(List.of("y"), ComparisonSettings.usual(), 1);
      var check = new DriftCheck(new DriftLimits(1, 0.5, 0.5, 0.5, 0.001));
      var analysis = new WatchAnalysis(check, Optional.empty(), window, () -> {});
      try (var threads = Executors.newFixedThreadPool(1)) {
        var faulty =
            threads.submit(
                () -> {
                  analysis.on(compared(1, 1));
                  analysis.on(compared(1, Float.NaN));
                });
        while (!faulty.isDone()) {
          analysis.judge(NOW);
        }
        faulty.get();
      }
      assertEquals(Verdict.FAIL, analysis.judge(NOW).verdict(), "round " + round);
    }
  }

  private void ran(Optional<ErrorCode> error) {
    watch.on(new TrialEvent.Ran("step", frame(), REPLACED, false, TIMES, error, "for a test"));
  }

  private Judgement judge() {
    return watch.judge(NOW);
  }

  private void compare(int frames, float replaced, float promoted) {
    for (var i = 0; i < frames; i++) {
      watch.on(compared(replaced, promoted));
    }
  }

  /** The variant on trial is the one that was replaced. */
  private TrialEvent compared(float replaced, float promoted) {
    var one = pool.allocate(Datatype.FP32, Shape.of(1));
    var other = pool.allocate(Datatype.FP32, Shape.of(1));
    one.copyFromFloats(promoted);
    other.copyFromFloats(replaced);
    return new TrialEvent.Compared(
        "step", frame(), REPLACED, false, List.of(one), List.of(other), TIMES, TIMES);
  }

  private FrameName frame() {
    return new FrameName("p", "visitor", number++);
  }
}
