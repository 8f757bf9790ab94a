package dev.weft.stages.calibration;

import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.TensorPool;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How the range of a tensor is taken from what it held on samples. */
public enum RangeRule {
  /** From the least to the largest number. */
  MIN_MAX,
  /** Without the outermost {@value #OUTSIDE} of the numbers on each side. */
  PERCENTILE,
  /** Up to the threshold that loses least in bytes, by Kullback-Leibler divergence. */
  ENTROPY;

  /** Share of numbers a percentile range leaves out on each side. */
  public static final double OUTSIDE = 1e-4;

  /** As it is spelled on the command line and in recipes. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<RangeRule> of(String word) {
    return Arrays.stream(values()).filter(rule -> rule.word().equals(word)).findFirst();
  }

  /** All words, for messages. */
  public static String words() {
    return Arrays.stream(values()).map(RangeRule::word).collect(Collectors.joining(", "));
  }

  /**
   * The ranges of tensors of the outermost graph, by name; those that never came out are left out.
   *
   * @throws StageException with {@link ErrorCode#FAILED_PRECONDITION} and the sample's place if one
   *     holds numbers that are not finite, or the model cannot be run on it
   */
  public Map<String, Range> ranges(
      ModelGraph graph, Collection<String> tensors, Samples samples, TensorPool pool) {
    var extremes = new LinkedHashMap<String, Extremes>();
    tensors.forEach(tensor -> extremes.put(tensor, new Extremes(tensor)));
    var ranges = new TreeMap<String, Range>();
    Watch.run(graph, samples, extremes, pool);
    extremes.forEach((tensor, seen) -> ranges.put(tensor, range(graph, tensor, seen)));
    if (this == MIN_MAX) {
      return ranges;
    }
    var histograms = new LinkedHashMap<String, Histogram>();
    ranges.forEach((tensor, range) -> histograms.put(tensor, new Histogram(range)));
    Watch.run(graph, samples, histograms, pool);
    histograms.forEach((tensor, seen) -> ranges.put(tensor, range(seen)));
    return ranges;
  }

  private static Range range(ModelGraph graph, String tensor, Extremes seen) {
    try {
      return seen.range();
    } catch (IllegalArgumentException e) {
      throw new StageException(
          ErrorCode.FAILED_PRECONDITION,
          "model %s: tensor '%s': %s".formatted(graph.source(), tensor, e.getMessage()),
          e);
    }
  }

  private Range range(Histogram seen) {
    return switch (this) {
      case MIN_MAX -> seen.extremes();
      case PERCENTILE -> seen.without(OUTSIDE);
      case ENTROPY -> seen.within(Entropy.threshold(seen.counts()));
    };
  }
}
