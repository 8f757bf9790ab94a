package dev.weft.stages.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Spells nodes in protobuf, and reaches the graphs nested in them. */
public final class Nodes {

  private Nodes() {}

  /** A node of ONNX's own operators, named for its first output. */
  public static NodeProto node(String operator, List<String> inputs, List<String> outputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(outputs.getFirst() + "/" + operator)
        .addAllInput(inputs)
        .addAllOutput(outputs)
        .build();
  }

  /** A node of ONNX Runtime's own operators. */
  public static NodeProto microsoft(String operator, List<String> inputs, List<String> outputs) {
    return node(operator, inputs, outputs).toBuilder().setDomain(ModelGraph.MICROSOFT).build();
  }

  /** {@code node} with one more attribute. */
  public static NodeProto with(NodeProto node, String name, long value) {
    var attribute = AttributeProto.newBuilder().setName(name).setType(AttributeType.INT);
    return node.toBuilder().addAttribute(attribute.setI(value)).build();
  }

  /** {@code node} with one more attribute. */
  public static NodeProto with(NodeProto node, String name, float value) {
    var attribute = AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOAT);
    return node.toBuilder().addAttribute(attribute.setF(value)).build();
  }

  /** The graphs in the attributes of a node. */
  static List<GraphProto> nested(NodeProto node) {
    var graphs = new ArrayList<GraphProto>();
    for (var attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        graphs.add(attribute.getG());
      }
      graphs.addAll(attribute.getGraphsList());
    }
    return graphs;
  }

  /** {@code node} with each graph in its attributes changed. */
  static NodeProto mapNested(NodeProto node, UnaryOperator<GraphProto> change) {
    if (nested(node).isEmpty()) {
      return node;
    }
    var changed = node.toBuilder().clearAttribute();
    for (var attribute : node.getAttributeList()) {
      var copy = attribute.toBuilder();
      if (attribute.hasG()) {
        copy.setG(change.apply(attribute.getG()));
      }
      for (var i = 0; i < attribute.getGraphsCount(); i++) {
        copy.setGraphs(i, change.apply(attribute.getGraphs(i)));
      }
      changed.addAttribute(copy);
    }
    return changed.build();
  }
}
