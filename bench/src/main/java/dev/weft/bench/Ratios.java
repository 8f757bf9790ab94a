package dev.weft.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ratios to a baseline, each formed within one round; rounds that lack one side are left out. */
final class Ratios {

  private final List<Double> ratios = new ArrayList<>();
  private final List<Double> baselines = new ArrayList<>();

  /** A value of 0 means that there was nothing to measure. */
  void add(double value, double baseline) {
    if (value > 0 && baseline > 0) {
      ratios.add(value / baseline);
      baselines.add(baseline);
    }
  }

  /**
   * Their median, held against the median of the baselines; empty if no round had both sides.
   *
   * @param baseline in words
   * @param unit of the baseline
   */
  Optional<Figure> figure(
      String bench, String name, String baseline, String unit, String conditions) {
    if (ratios.isEmpty()) {
      return Optional.empty();
    }
    var spread = Spread.of(ratios);
    var rounds = "median of %d rounds, quartiles %s".formatted(ratios.size(), spread);
    var against =
        "%s: %s %s".formatted(baseline, Numbers.plain(Spread.of(baselines).median()), unit);
    return Optional.of(
        Figure.of(bench, name, spread.median(), "ratio", rounds + ", " + conditions)
            .against(against));
  }
}
