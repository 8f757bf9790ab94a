package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.weft.stages.graph.GraphScope;
import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.graph.Weight;
import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.TensorPool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The layer normalizations of a model that are written as ONNX Runtime's {@code
 * SkipLayerNormalization}, whose kernel is the quicker one on processors (ONNX Runtime 1.28; {@code
 * stages/RATIONALE.md} has the figures).
 *
 * <p>That kernel takes the variance for the mean of the squares less the square of the mean, which
 * leaves nothing of it where the mean is far above the deviation. So it is given the input less its
 * mean, and that as its own skip, so that no second shape has to be proved. What it normalizes is
 * then twice that, with four times the epsilon; both are exact in binary.
 *
 * @param byOutput of the outermost graph
 */
record LayerNorms(Map<String, LayerNorm> byOutput, long operatorSet) {

  /** Every normalization stays as it is. */
  static final LayerNorms NONE = new LayerNorms(Map.of(), 0);

  private static final float SQUARE_OF_DOUBLING = 4;

  /** From this operator set on, the axes of {@code ReduceMean} are an input. */
  private static final int AXES_ARE_INPUT_SINCE = 18;

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
      var specs =
          runner.signature().outputs().stream()
              .collect(Collectors.toMap(TensorSpec::name, spec -> spec));
      found.values().removeIf(norm -> !isTaken(specs.get(norm.input()), norm.scale()));
    }
    return new LayerNorms(found, graph.operatorSet());
  }

  private static boolean isTaken(@Nullable TensorSpec input, Weight scale) {
    return input != null
        && (input.rank() == 2 || input.rank() == 3)
        && input.shape().getLast().equals(Dim.fixed(scale.dim(0)));
  }

  /** Emits what replaces a normalization that ends at this node; false if none does. */
  boolean rewrite(NodeSite site) {
    var norm = site.scope().isOutermost() ? byOutput.get(site.output(0)) : null;
    if (norm == null) {
      return false;
    }
    var centered = norm.centered().orElseGet(() -> centered(norm.input(), site.scope()));
    var bias = norm.bias().map(Weight::name).orElse("");
    var node =
        Nodes.microsoft(
            "SkipLayerNormalization",
            List.of(centered, centered, norm.scale().name(), bias),
            List.of(site.output(0)));
    site.scope().emit(Nodes.with(node, "epsilon", SQUARE_OF_DOUBLING * norm.epsilon()));
    return true;
  }

  private String centered(String input, GraphScope scope) {
    var mean = scope.fresh(input + "_mean");
    var centered = scope.fresh(input + "_centered");
    scope.emit(mean(input, mean, scope));
    scope.emit(Nodes.node("Sub", List.of(input, mean), List.of(centered)));
    return centered;
  }

  private NodeProto mean(String input, String output, GraphScope scope) {
    if (operatorSet >= AXES_ARE_INPUT_SINCE) {
      var axes =
          scope.once(String.class, "last axis", () -> scope.define(Tensors.longs("last", -1)));
      return Nodes.node("ReduceMean", List.of(input, axes), List.of(output));
    }
    return Nodes.with(
        Nodes.node("ReduceMean", List.of(input), List.of(output)), "axes", List.of(-1L));
  }
}
