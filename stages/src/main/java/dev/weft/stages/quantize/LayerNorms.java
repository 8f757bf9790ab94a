package dev.weft.stages.quantize;

import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Weight;
import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.TensorPool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layer normalizations of a model that are written as ONNX Runtime's {@code
 * SkipLayerNormalization} of their input and itself, whose kernel takes a third of the time of the
 * plain one on processors (ONNX Runtime 1.28; {@code stages/RATIONALE.md} has the figures).
 *
 * <p>What is normalized is then twice the input, with four times the epsilon. Both are exact in
 * binary, and mean and deviation double with the input, so no rounding is added.
 *
 * @param byOutput of the outermost graph
 */
record LayerNorms(Map<String, LayerNorm> byOutput) {

  /** Every normalization stays as it is. */
  static final LayerNorms NONE = new LayerNorms(Map.of());

  private static final float SQUARE_OF_DOUBLING = 4;

  LayerNorms {
    byOutput = Map.copyOf(byOutput);
  }

  /**
   * Those whose input has, as the runtime infers it, the two or three axes that the kernel takes.
   *
   * @param pool of the runtime; nothing stays on lease
   */
  static LayerNorms of(ModelGraph graph, TensorPool pool) {
    var found = new LinkedHashMap<String, LayerNorm>();
    graph.rewrite(
        site -> {
          if (site.scope().isOutermost()) {
            LayerNorm.endingAt(site).ifPresent(norm -> found.put(site.output(0), norm));
          }
          return false;
        });
    if (found.isEmpty()) {
      return NONE;
    }
    var inputs = found.values().stream().map(LayerNorm::input).distinct().toList();
    var content = graph.withOutputs(inputs).toByteArray();
    try (var runner = OnnxRunner.load(graph.source(), content, pool)) {
      for (var spec : runner.signature().outputs()) {
        found
            .values()
            .removeIf(norm -> norm.input().equals(spec.name()) && !isTaken(spec, norm.scale()));
      }
    }
    return new LayerNorms(found);
  }

  private static boolean isTaken(TensorSpec input, Weight scale) {
    return (input.rank() == 2 || input.rank() == 3)
        && input.shape().getLast().equals(Dim.fixed(scale.dim(0)));
  }

  int count() {
    return byOutput.size();
  }

  /** Emits what replaces a normalization that ends at this node; false if none does. */
  boolean rewrite(NodeSite site) {
    var norm = site.scope().isOutermost() ? byOutput.get(site.output(0)) : null;
    if (norm == null) {
      return false;
    }
    var bias = norm.bias().map(Weight::name).orElse("");
    var node =
        Nodes.microsoft(
            "SkipLayerNormalization",
            List.of(norm.input(), norm.input(), norm.scale().name(), bias),
            List.of(site.output(0)));
    site.scope().emit(Nodes.with(node, "epsilon", SQUARE_OF_DOUBLING * norm.epsilon()));
    return true;
  }
}
