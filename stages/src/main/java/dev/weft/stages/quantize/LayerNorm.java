package dev.weft.stages.quantize;

import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Weight;
import java.util.List;
import java.util.Optional;

/**
 * A normalization over the last axis, {@code (x - mean) / sqrt(variance + epsilon) * scale + bias},
 * as one operator or as the nine that exporters wrote before there was one. Source: Ba, Kiros and
 * Hinton, "Layer Normalization", 2016.
 *
 * @param scale one number for each of the last axis
 * @param bias as {@code scale}; empty if nothing is added
 */
record LayerNorm(String input, Weight scale, Optional<Weight> bias, float epsilon) {

  private static final float EPSILON_OF_ONNX = 1e-5f;
  private static final float SQUARE = 2;

  /** What ends at this node; empty if that is no layer normalization. */
  static Optional<LayerNorm> endingAt(NodeSite site) {
    if (site.is("LayerNormalization")) {
      return operator(site);
    }
    return site.is("Add") ? expression(site) : Optional.empty();
  }

  private static Optional<LayerNorm> operator(NodeSite site) {
    var isOverLast = site.integer("axis", -1) == -1;
    var isOnlyResult = site.node().getOutputList().stream().skip(1).allMatch(String::isEmpty);
    var bias = vector(site, 2);
    if (!isOverLast || !isOnlyResult || (site.has(2) && bias.isEmpty())) {
      return Optional.empty();
    }
    var epsilon = site.number("epsilon", EPSILON_OF_ONNX);
    return vector(site, 1).map(scale -> new LayerNorm(site.input(0), scale, bias, epsilon));
  }

  private static Optional<LayerNorm> expression(NodeSite added) {
    return eitherInput(added, "Mul")
        .flatMap(
            scaled ->
                eitherInput(scaled.site(), "Div")
                    .flatMap(
                        divided ->
                            ofNormalized(divided.site(), scaled.vector(), divided.vector())));
  }

  /** A node that one input comes from, and the constant vector that the other input is. */
  private record WithVector(NodeSite site, Weight vector) {}

  private static Optional<WithVector> eitherInput(NodeSite site, String operator) {
    for (var input = 0; input < 2; input++) {
      var other = vector(site, 1 - input);
      var producer = producer(site, input, operator);
      if (other.isPresent() && producer.isPresent()) {
        return Optional.of(new WithVector(producer.get(), other.get()));
      }
    }
    return Optional.empty();
  }

  /** {@code (x - mean) / sqrt(variance + epsilon)}. */
  private static Optional<LayerNorm> ofNormalized(NodeSite divided, Weight bias, Weight scale) {
    var centered = producer(divided, 0, "Sub").filter(LayerNorm::isCentered);
    var deviation = producer(divided, 1, "Sqrt").flatMap(sqrt -> producer(sqrt, 0, "Add"));
    if (centered.isEmpty() || deviation.isEmpty()) {
      return Optional.empty();
    }
    var input = centered.get().input(0);
    for (var side = 0; side < 2; side++) {
      var epsilon = scalar(deviation.get(), 1 - side);
      var isVariance =
          producer(deviation.get(), side, "ReduceMean")
              .filter(mean -> isOverLast(mean) && isSquareOf(mean, input))
              .isPresent();
      if (isVariance && epsilon.isPresent()) {
        return Optional.of(new LayerNorm(input, scale, Optional.of(bias), epsilon.get()));
      }
    }
    return Optional.empty();
  }

  private static boolean isCentered(NodeSite sub) {
    return producer(sub, 1, "ReduceMean")
        .filter(mean -> isOverLast(mean) && mean.input(0).equals(sub.input(0)))
        .isPresent();
  }

  /** Whether a mean is that of the squares of {@code input}, each less the mean of all. */
  private static boolean isSquareOf(NodeSite mean, String input) {
    var power = producer(mean, 0, "Pow").filter(pow -> scalar(pow, 1).equals(Optional.of(SQUARE)));
    var product =
        producer(mean, 0, "Mul").filter(square -> square.input(0).equals(square.input(1)));
    return power
        .or(() -> product)
        .flatMap(square -> producer(square, 0, "Sub"))
        .filter(sub -> isCentered(sub) && sub.input(0).equals(input))
        .isPresent();
  }

  private static boolean isOverLast(NodeSite mean) {
    var axes =
        mean.has(1)
            ? mean.weight(1).map(Weight::integers).orElse(List.of())
            : mean.attribute("axes").map(axis -> axis.getIntsList()).orElse(List.of());
    return mean.integer("keepdims", 1) == 1 && axes.equals(List.of(-1L));
  }

  private static Optional<NodeSite> producer(NodeSite site, int input, String operator) {
    return site.scope().producer(site.input(input)).filter(found -> found.is(operator));
  }

  private static Optional<Weight> vector(NodeSite site, int input) {
    return site.weight(input).filter(weight -> weight.isFloat() && weight.rank() == 1);
  }

  private static Optional<Float> scalar(NodeSite site, int input) {
    return site.weight(input)
        .filter(weight -> weight.isFloat() && weight.elements() == 1)
        .map(weight -> weight.finiteFloats(site.name())[0]);
  }
}
