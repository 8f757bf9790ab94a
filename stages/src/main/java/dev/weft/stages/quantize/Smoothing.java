package dev.weft.stages.quantize;

import dev.weft.stages.calibration.ChannelRanges;
import dev.weft.stages.calibration.Samples;
import dev.weft.stages.calibration.Watch;
import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.tensor.TensorPool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Factors by which the inputs of some matrix products are divided, channel by channel, and their
 * weights multiplied, so that a few channels of large numbers do not take the whole range of a
 * byte.
 *
 * <p>Each costs a multiplication per run, so only inputs that gain most have them.
 *
 * @param factors by the name of the input tensor; products that share an input share its factors
 */
record Smoothing(Map<String, float[]> factors) {

  /** None at all: without recorded inputs nothing is known of channels. */
  static final Smoothing NONE = new Smoothing(Map.of());

  /** The inputs chosen bring this share of the noise that all together could take away. */
  static final double GAIN_SHARE = 0.9;

  Smoothing {
    factors = Map.copyOf(factors);
  }

  Optional<float[]> of(String input) {
    return Optional.ofNullable(factors.get(input));
  }

  /**
   * Runs the model on the samples and chooses.
   *
   * @throws dev.weft.stages.spi.StageException if the model cannot be run on them
   */
  static Smoothing of(ModelGraph graph, Samples samples, TensorPool pool) {
    var rows = new LinkedHashMap<String, WeightRows>();
    graph.rewrite(
        site -> {
          collect(site, rows);
          return false;
        });
    if (rows.isEmpty()) {
      return NONE;
    }
    var ranges = new LinkedHashMap<String, ChannelRanges>();
    rows.forEach((input, weights) -> ranges.put(input, new ChannelRanges(weights.count())));
    Watch.run(graph, samples, ranges, pool);
    var candidates = new ArrayList<SmoothedInput>();
    rows.forEach(
        (input, weights) ->
            Optional.ofNullable(ranges.get(input))
                .ifPresent(seen -> candidates.add(SmoothedInput.best(input, seen, weights))));
    return chosen(candidates);
  }

  private static Smoothing chosen(List<SmoothedInput> candidates) {
    var left = candidates.stream().mapToDouble(SmoothedInput::gain).sum() * GAIN_SHARE;
    var factors = new HashMap<String, float[]>();
    var byGain =
        candidates.stream().sorted(Comparator.comparingDouble(SmoothedInput::gain).reversed());
    for (var candidate : byGain.toList()) {
      if (left > 0 && candidate.gain() > 0) {
        factors.put(candidate.input(), candidate.factors());
        left -= candidate.gain();
      }
    }
    return new Smoothing(factors);
  }

  private static void collect(NodeSite site, Map<String, WeightRows> rows) {
    if (!site.scope().isOutermost() || !site.is("MatMul") || site.weight(0).isPresent()) {
      return;
    }
    var matrix = MatrixWeight.of(site);
    if (matrix.problem().isEmpty()) {
      var ofInput = rows.computeIfAbsent(site.input(0), _ -> new WeightRows(matrix.rows()));
      ofInput.add(matrix.numbers(site.name()), matrix.columns());
    }
  }
}
