package dev.weft.supervisor.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.comparison.OutputKind;
import dev.weft.supervisor.comparison.StepComparator;
import dev.weft.supervisor.comparison.TensorFigures;
import dev.weft.supervisor.drift.DriftWindow.Statistic;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.ValueGrid;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftCheckTest {

  private static final DriftLimits LIMITS = new DriftLimits(500, 0.02, 0.05, 0.05, 0.001);
  private static final DriftCheck CHECK = new DriftCheck(LIMITS);

  @Test
  void soundsAFalseAlarmInNoMoreThanOneOfAThousandWindows() {
    var alarms = 0;
    var windows = 4_000;
    for (var seed = 0; seed < windows; seed++) {
      // Flips exactly at what is normal, outputs of two independent samples of one distribution.
      alarms += CHECK.judge(window(seed, 500, 0.02, 0)).alarm().isPresent() ? 1 : 0;
    }
    assertTrue(
        alarms <= windows / 1_000,
        "%d alarms in %d windows, seeds from 0 (expected: <= 4)".formatted(alarms, windows));
  }

  @Test
  void noticesFlipsAtSevenTimesTheNormalRateWithinAWindow() {
    assertAlarms(Statistic.FLIPS, 0.14, 0);
  }

  @Test
  void noticesAShiftByOneStandardDeviationWithinAWindow() {
    assertAlarms(Statistic.KS, 0, 1);
    assertAlarms(Statistic.PSI, 0, 1);
  }

  @Test
  void saysNothingOfTooFewFramesExceptAFault() {
    var few = window(1, 499, 1, 5);
    assertEquals(Verdict.INSUFFICIENT, CHECK.judge(few).verdict());
    assertEquals(
        List.of("499 of 499 frames could be compared (expected: 500 for a window)"),
        CHECK.judge(few).lacks());
    assertEquals(Verdict.PASS, CHECK.judge(window(1, 500, 0, 0)).verdict());

    var fault =
        new Fault(Fault.Kind.NOT_FINITE, "y", new FrameReference("a", 1, 2), "NaN at element 0");
    var faulty = new Comparison(3, 0, 1, List.of(), List.of(fault));
    assertEquals(
        "NOT_FINITE in 'y' of frame a/1/2: NaN at element 0",
        CHECK.judge(faulty).alarm().orElseThrow());
  }

  @Test
  void inputsThatChangeForBothVariantsAreNoDrift() {
    try (var pool = new TensorPool(1 << 20, TensorPool.LeakTracing.OFF)) {
      var comparator =
          new StepComparator(
              List.of("y"), ComparisonSettings.usual().with(Map.of("y", OutputKind.QUANTITIES)));
      var random = new SplittableRandom(8);
      for (var i = 0; i < 1_000; i++) {
        var scene = i < 500 ? 0 : 10;
        var value = (float) (scene + random.nextGaussian());
        try (var previous = pool.allocate(Datatype.FP32, Shape.of(1));
            var current = pool.allocate(Datatype.FP32, Shape.of(1))) {
          previous.copyFromFloats(value);
          current.copyFromFloats(value * 1.001f);
          comparator.compare(new FrameReference("", 1, i), List.of(previous), List.of(current));
        }
      }
      assertTrue(CHECK.judge(comparator.comparison()).alarm().isEmpty());
    }
  }

  @Test
  void anAlarmNamesTheOutputAndItsFigures() {
    var alarm = CHECK.judge(window(3, 500, 0.2, 0)).alarm().orElseThrow();

    assertTrue(alarm.matches("flips of 'y': 0\\.\\d+ \\(alarm above 0\\.0\\d+\\)"), alarm);
  }

  @Test
  void theBoundOnFlipsIsThatOfTheExactTailOrAbove() {
    // P(X >= k) of a binomial of 500 at 0.02, summed up
    var above = DriftCheck.flipsAbove(0.02, 500, 0.001);
    var tail = 0.0;
    var term = Math.pow(0.98, 500);
    for (var hits = 0; hits <= 500; hits++) {
      tail += hits > above * 500 ? term : 0;
      term *= (500.0 - hits) / (hits + 1) * 0.02 / 0.98;
    }
    assertTrue(tail <= 0.001 && tail > 1e-6, "tail " + tail);
  }

  /**
   * What the documentation says of windows of few sessions: each is hard, and flips twice as often
   * as is normal, or it is not, and never flips. Limits are those of manifests that say nothing.
   */
  @ParameterizedTest
  @CsvSource({"200, 0, 4", "20, 4, 12", "8, 40, 80", "4, 140, 220"})
  void framesOfFewSessionsSoundMoreFalseAlarms(int sessions, int least, int most) {
    var check = new DriftCheck(new DriftLimits(200, 0.1, 0.1, 0.25, 0.001));
    var windows = 4_000;
    var alarms = 0;
    for (var seed = 0; seed < windows; seed++) {
      var random = new SplittableRandom(seed);
      var flipped = Rate.NONE;
      for (var session = 0; session < sessions; session++) {
        var rate = random.nextBoolean() ? 0.2 : 0;
        for (var i = 0; i < 200 / sessions; i++) {
          flipped = flipped.plus(random.nextDouble() < rate);
        }
      }
      var figures = new TensorFigures("y", Map.of(), Map.of(Metric.TOP1_FLIPS, flipped));
      var window = new Comparison(200, 0, 0, List.of(figures), List.of());
      alarms += check.judge(window).alarm().isPresent() ? 1 : 0;
    }
    assertTrue(
        alarms >= least && alarms <= most,
        "%d alarms in %d windows of %d sessions, seeds from 0 (expected: %d to %d)"
            .formatted(alarms, windows, sessions, least, most));
  }

  private static void assertAlarms(Statistic statistic, double flips, double shift) {
    for (var seed = 0; seed < 100; seed++) {
      var window = CHECK.judge(window(seed, 500, flips, shift));
      assertTrue(
          window.figures().stream()
              .anyMatch(each -> each.statistic() == statistic && each.isAlarm()),
          "seed %d: %s".formatted(seed, window));
    }
  }

  private static Comparison window(long seed, int frames, double flips, double shift) {
    var random = new SplittableRandom(seed);
    var previous = ValueGrid.empty();
    var current = ValueGrid.empty();
    var flipped = Rate.NONE;
    for (var i = 0; i < frames; i++) {
      previous.record(random.nextGaussian());
      current.record(shift + random.nextGaussian());
      flipped = flipped.plus(random.nextDouble() < flips);
    }
    var figures =
        new TensorFigures(
            "y", Map.of(), Map.of(Metric.TOP1_FLIPS, flipped), previous, current, List.of());
    return new Comparison(frames, 0, 0, List.of(figures), List.of());
  }
}
