package dev.weft.stages.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Optional;

/** A node in the graph it stands in. */
public record NodeSite(NodeProto node, GraphScope scope) {

  /** The node's name, or where it has none {@code Operator(output)}. */
  public String name() {
    return node.getName().isEmpty()
        ? "%s(%s)".formatted(node.getOpType(), node.getOutputCount() == 0 ? "" : node.getOutput(0))
        : node.getName();
  }

  /** Whether it is ONNX's own operator of this name. */
  public boolean is(String operator) {
    return node.getOpType().equals(operator) && ModelGraph.isOnnx(node.getDomain());
  }

  /** Whether the node has an input at this position. */
  public boolean has(int input) {
    return input < node.getInputCount() && !node.getInput(input).isEmpty();
  }

  /** Name of the input at this position; empty if there is none. */
  public String input(int index) {
    return has(index) ? node.getInput(index) : "";
  }

  public String output(int index) {
    return node.getOutput(index);
  }

  /** The constant that input is; empty if it is absent, computed, or can be replaced by callers. */
  public Optional<Weight> weight(int input) {
    return has(input) ? scope.constant(node.getInput(input)) : Optional.empty();
  }

  public Optional<AttributeProto> attribute(String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  public long integer(String name, long fallback) {
    return attribute(name).map(AttributeProto::getI).orElse(fallback);
  }

  public float number(String name, float fallback) {
    return attribute(name).map(AttributeProto::getF).orElse(fallback);
  }
}
