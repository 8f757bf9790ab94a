package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.graph.Nodes;
import java.util.List;

/**
 * {@code QuantizeLinear} and {@code DequantizeLinear}: ONNX's own since operator set 13, which has
 * them per channel, ONNX Runtime's before.
 */
record ByteOperators(long operatorSet) {

  private static final long PER_CHANNEL_SINCE = 13;

  NodeProto quantize(List<String> inputs, String output) {
    return node("QuantizeLinear", inputs, output);
  }

  NodeProto dequantize(List<String> inputs, String output) {
    return node("DequantizeLinear", inputs, output);
  }

  private NodeProto node(String operator, List<String> inputs, String output) {
    var node = Nodes.node(operator, inputs, List.of(output));
    return operatorSet >= PER_CHANNEL_SINCE
        ? node
        : node.toBuilder().setDomain(ModelGraph.MICROSOFT).build();
  }
}
