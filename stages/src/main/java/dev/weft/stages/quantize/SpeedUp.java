package dev.weft.stages.quantize;

import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many times as fast one model is as another: the median of ratios, each of one round in which
 * both ran the same inputs, one after the other.
 *
 * @param low lower end of an interval that holds the true median with at least 95 % confidence
 * @param high upper end
 */
public record SpeedUp(double median, double low, double high, int rounds) {

  /** A round is as many runs as take this long at least, so that a clock's grain does not count. */
  private static final long ROUND_NANOS = 20_000_000;

  private static final int RUNS_MAX = 1000;

  /** Fewer give no interval of 95 %. */
  static final int ROUNDS_MIN = 6;

  static SpeedUp measure(
      OnnxRunner original,
      OnnxRunner other,
      List<Map<String, Tensor>> inputs,
      int rounds,
      LongSupplier nanoTime) {
    var runs = runsPerRound(original, other, inputs, nanoTime);
    var ratios = new double[rounds];
    for (var round = 0; round < rounds; round++) {
      // Who goes first changes, so that neither has the warmer caches every time.
      if (round % 2 == 0) {
        var before = nanos(original, inputs, runs, nanoTime);
        ratios[round] = (double) before / nanos(other, inputs, runs, nanoTime);
      } else {
        var after = nanos(other, inputs, runs, nanoTime);
        ratios[round] = (double) nanos(original, inputs, runs, nanoTime) / after;
      }
    }
    return of(ratios);
  }

  private static int runsPerRound(
      OnnxRunner original,
      OnnxRunner other,
      List<Map<String, Tensor>> inputs,
      LongSupplier nanoTime) {
    var all = inputs.size();
    nanos(original, inputs, all, nanoTime);
    nanos(other, inputs, all, nanoTime);
    var each = Math.max(1, nanos(other, inputs, all, nanoTime) / all);
    return (int) Math.clamp(ROUND_NANOS / each, 1, RUNS_MAX);
  }

  /** At least 1, so that a ratio can be formed. */
  private static long nanos(
      OnnxRunner runner, List<Map<String, Tensor>> inputs, int runs, LongSupplier nanoTime) {
    var start = nanoTime.getAsLong();
    for (var run = 0; run < runs; run++) {
      runner.drop(inputs.get(run % inputs.size()));
    }
    return Math.max(1, nanoTime.getAsLong() - start);
  }

  /**
   * The median with an interval between order statistics, by the binomial distribution:
   * distribution free. Source: David and Nagaraja, "Order Statistics", 3rd edition, 7.1.
   *
   * @param ratios at least {@value #ROUNDS_MIN}
   */
  static SpeedUp of(double... ratios) {
    if (ratios.length < ROUNDS_MIN) {
      throw new IllegalArgumentException(
          "rounds: %d (expected: >= %d)".formatted(ratios.length, ROUNDS_MIN));
    }
    var sorted = ratios.clone();
    Arrays.sort(sorted);
    var count = sorted.length;
    var median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    var skipped = skippedOnEachSide(count);
    return new SpeedUp(median, sorted[skipped], sorted[count - 1 - skipped], count);
  }

  /** The most values that can be left out on each side with both tails within 2.5 %. */
  private static int skippedOnEachSide(int count) {
    var probability = Math.pow(0.5, count);
    var tail = probability;
    var skipped = 0;
    while (true) {
      probability *= (double) (count - skipped) / (skipped + 1);
      if (tail + probability > 0.025) {
        return skipped;
      }
      tail += probability;
      skipped++;
    }
  }
}
