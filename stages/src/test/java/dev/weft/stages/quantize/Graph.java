package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.weft.stages.graph.Nodes;
import java.util.List;

/** A graph being put together by hand. */
final class Graph {

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("hand-made");

  Graph input(String name, DataType type, Object... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  Graph output(String name, Object... dims) {
    graph.addOutput(value(name, DataType.FLOAT, dims));
    return this;
  }

  Graph output(String name, DataType type, Object... dims) {
    graph.addOutput(value(name, type, dims));
    return this;
  }

  Graph weight(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /** A weight as the {@code value} of a {@code Constant} node. */
  Graph constant(TensorProto tensor) {
    var attribute =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(tensor);
    var node = Nodes.node("Constant", List.of(), List.of(tensor.getName()));
    return node(node.toBuilder().addAttribute(attribute).build());
  }

  Graph node(NodeProto node) {
    graph.addNode(node);
    return this;
  }

  Graph node(String operator, List<String> inputs, String output) {
    return node(named(operator, operator + " " + output, inputs, output));
  }

  static NodeProto named(String operator, String name, List<String> inputs, String output) {
    return Nodes.node(operator, inputs, List.of(output)).toBuilder().setName(name).build();
  }

  GraphProto build() {
    return graph.build();
  }

  byte[] model() {
    return model(17);
  }

  byte[] model(long operatorSet) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(operatorSet))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  /** {@code node} with a graph in an attribute. */
  static NodeProto holding(NodeProto node, String attribute, Graph inner) {
    return node.toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName(attribute)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(inner.graph))
        .build();
  }

  private static ValueInfoProto value(String name, DataType type, Object... dims) {
    var shape = TensorShapeProto.newBuilder();
    for (var dim : dims) {
      var made = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(
          dim instanceof String word
              ? made.setDimParam(word)
              : made.setDimValue(((Number) dim).longValue()));
    }
    var tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
