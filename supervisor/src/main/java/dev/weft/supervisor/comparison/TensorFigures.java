package dev.weft.supervisor.comparison;

import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.Sketch;
import java.util.Map;

/**
 * What one output tensor's comparison came to.
 *
 * @param tensor name of the output
 * @param distances per frame, of the metrics that apply to it; not written to any more
 * @param shares per frame, of the metrics that apply to it
 */
public record TensorFigures(
    String tensor, Map<Metric, Sketch> distances, Map<Metric, Rate> shares) {

  public TensorFigures {
    distances = Map.copyOf(distances);
    shares = Map.copyOf(shares);
  }
}
