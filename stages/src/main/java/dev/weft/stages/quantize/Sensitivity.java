package dev.weft.stages.quantize;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * How much each layer costs: the error of the model's outputs with that layer alone quantized.
 *
 * @param layers those that cost most first
 */
public record Sensitivity(List<LayerError> layers) {

  static final String ALONE = "measured without it";

  public Sensitivity {
    layers = List.copyOf(layers);
  }

  /**
   * A layer and what it costs.
   *
   * @param error the largest relative L2 error of any output
   */
  public record LayerError(String node, double error) {}

  /**
   * Writes and runs the model once for each layer that can be quantized.
   *
   * @param keep nodes that stay in any case, each with the reason
   * @param done is told the share of the work that is done, from 0 to 1
   */
  public static Sensitivity of(
      Quantizer quantizer, Map<String, String> keep, Original original, DoubleConsumer done) {
    var names = quantizer.write(keep).quantized().stream().map(Layer::node).distinct().toList();
    var errors = new ArrayList<LayerError>();
    for (var name : names) {
      var others = new HashMap<>(keep);
      names.forEach(other -> others.put(other, ALONE));
      others.remove(name);
      errors.add(new LayerError(name, original.worst(quantizer.write(others).model())));
      done.accept((double) errors.size() / names.size());
    }
    errors.sort(
        Comparator.comparingDouble(LayerError::error).reversed().thenComparing(LayerError::node));
    return new Sensitivity(errors);
  }
}
