package dev.weft.bench;

import dev.weft.bench.chart.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One number a bench found.
 *
 * @param name the case within the bench, words joined by {@code /}
 * @param unit such as {@code ratio}, {@code us}, {@code ops/s}
 * @param baseline what the value is held against, with its own value where there is one
 * @param conditions how this figure was taken, beyond what all figures of the run share
 * @param series what it was made from, for pictures; mostly none
 */
public record Figure(
    String bench,
    String name,
    double value,
    String unit,
    Optional<String> baseline,
    Optional<Goal> goal,
    String conditions,
    List<Series> series) {

  public Figure {
    series = List.copyOf(series);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s/%s: %s (expected: a finite number)".formatted(bench, name, value));
    }
  }

  /** A figure that is not held against anything. */
  public static Figure of(String bench, String name, double value, String unit, String conditions) {
    return new Figure(
        bench, name, value, unit, Optional.empty(), Optional.empty(), conditions, List.of());
  }

  public Figure against(String other) {
    return new Figure(bench, name, value, unit, Optional.of(other), goal, conditions, series);
  }

  public Figure withGoal(Goal wanted) {
    return new Figure(bench, name, value, unit, baseline, Optional.of(wanted), conditions, series);
  }

  /** With one more series to draw. */
  public Figure drawn(Series more) {
    var all = new ArrayList<>(series);
    all.add(more);
    return new Figure(bench, name, value, unit, baseline, goal, conditions, all);
  }

  /** Whether the goal is met; empty if there is none. */
  public Optional<Boolean> met() {
    return goal.map(wanted -> wanted.isMetBy(value));
  }
}
