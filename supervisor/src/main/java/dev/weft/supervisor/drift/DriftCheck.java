package dev.weft.supervisor.drift;

import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.comparison.TensorFigures;
import dev.weft.supervisor.drift.DriftWindow.Figure;
import dev.weft.supervisor.drift.DriftWindow.Statistic;
import dev.weft.supervisor.sketch.Rate;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges windows of frames that both the promoted variant and the one it replaced ran. As both saw
 * the same inputs, a change of what stands before the camera moves both and is no drift.
 *
 * <p>A window in which flips, distance and index are within {@link DriftLimits} sounds an alarm
 * with probability {@code falseAlarm} at most; outputs and statistics share it (Bonferroni). Frames
 * count as independent, elements of a frame as one: a window of few sessions that differ sounds
 * more false alarms.
 */
public record DriftCheck(DriftLimits limits) {

  private static final int STATISTICS = Statistic.values().length;
  private static final int BISECTIONS = 50;

  /** Whether enough frames of {@code window} could be compared to judge it. */
  public boolean isFull(Comparison window) {
    return comparable(window) >= limits.windowMin();
  }

  /** What {@code window} says, which holds no frame of another window. */
  public DriftWindow judge(Comparison window) {
    var lacks = new ArrayList<String>();
    var figures = new ArrayList<Figure>();
    if (isFull(window)) {
      figures(window, figures, lacks);
    } else {
      lacks.add(tooFew(window));
    }
    return new DriftWindow(window.frames(), figures, window.faults(), lacks);
  }

  private void figures(Comparison window, List<Figure> figures, List<String> lacks) {
    var level = limits.falseAlarm() / ((double) window.tensors().size() * STATISTICS);
    for (var tensor : window.tensors()) {
      var before = figures.size();
      flips(tensor, level, figures);
      distributions(tensor, comparable(window), level, figures);
      if (figures.size() == before) {
        lacks.add("'%s' had no element to compare".formatted(tensor.tensor()));
      }
    }
    if (window.tensors().isEmpty()) {
      lacks.add("there is no output to compare");
    }
  }

  private String tooFew(Comparison window) {
    return "%d of %d frames could be compared%s (expected: %d for a window)"
        .formatted(
            comparable(window),
            window.frames(),
            window.incomparable() == 0
                ? ""
                : ", as the replaced variant itself gave a NaN in " + window.incomparable(),
            limits.windowMin());
  }

  private static long comparable(Comparison window) {
    return Math.max(0, window.frames() - window.incomparable() - window.faulty());
  }

  private void flips(TensorFigures tensor, double level, List<Figure> into) {
    for (var metric : List.of(Metric.TOP1_FLIPS, Metric.MISMATCHES)) {
      var rate = tensor.share(metric);
      if (!rate.equals(Rate.NONE)) {
        var above = flipsAbove(limits.flipsMax(), rate.samples(), level);
        into.add(new Figure(tensor.tensor(), Statistic.FLIPS, rate.mean(), above));
        return;
      }
    }
  }

  private void distributions(TensorFigures tensor, long frames, double level, List<Figure> into) {
    if (tensor.stable().samples() == 0) {
      return;
    }
    into.add(
        new Figure(
            tensor.tensor(), Statistic.KS, tensor.ks(), ksAbove(limits.ksMax(), frames, level)));
    into.add(
        new Figure(
            tensor.tensor(),
            Statistic.PSI,
            tensor.psi(),
            psiAbove(limits.psiMax(), frames, level)));
  }

  /**
   * What the mean of {@code samples} values from 0 to 1 exceeds with probability <= level, if their
   * expectation is {@code mean} or less: where samples times the Kullback-Leibler divergence
   * reaches ln(1/level). W. Hoeffding, JASA 58(301), 1963, Theorem 1.
   */
  static double flipsAbove(double mean, long samples, double level) {
    var within = mean;
    var beyond = 1.0;
    for (var i = 0; i < BISECTIONS; i++) {
      var middle = (within + beyond) / 2;
      if (samples * divergence(middle, mean) >= -Math.log(level)) {
        beyond = middle;
      } else {
        within = middle;
      }
    }
    return beyond;
  }

  private static double divergence(double one, double other) {
    return one * Math.log(one / other)
        + (one == 1 ? 0 : (1 - one) * Math.log((1 - one) / (1 - other)));
  }

  /**
   * What the distance of two empirical distribution functions of {@code samples} values each
   * exceeds with probability <= level, if that of the true ones is {@code distance}. P. Massart,
   * "The Tight Constant in the Dvoretzky-Kiefer-Wolfowitz Inequality", Ann. Probab. 18(3), 1990,
   * for each of the two at half the level; their dependence does not matter.
   */
  static double ksAbove(double distance, long samples, double level) {
    return Math.min(1, distance + 2 * Math.sqrt(Math.log(4 / level) / (2.0 * samples)));
  }

  /**
   * What the index of two samples of {@code samples} values each exceeds with probability <= level,
   * if that of the true distributions is {@code index}. Half the samples times the index follows
   * for many samples a chi-squared law with a degree less than bins (B. Yurdakul, "Statistical
   * Properties of Population Stability Index", 2018), non-central if the index is not 0; its tail
   * is bounded by L. Birge, "An alternative point of view on Lepski's method", 2001, Lemma 8.1. Two
   * variants on the same frames agree more than two samples do, so the bound is a loose one.
   */
  static double psiAbove(double index, long samples, double level) {
    var degrees = TensorFigures.PSI_BINS - 1;
    var nonCentral = samples / 2.0 * index;
    var tail = -Math.log(level);
    var statistic =
        degrees + nonCentral + 2 * Math.sqrt((degrees + 2 * nonCentral) * tail) + 2 * tail;
    return statistic * 2 / samples;
  }
}
