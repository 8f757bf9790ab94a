package dev.weft.stages.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import java.util.HashSet;
import java.util.Set;

/** The names of tensors taken in a model, nested graphs included. */
final class NameBook {

  private final Set<String> taken = new HashSet<>();

  private NameBook() {}

  static NameBook of(GraphProto graph) {
    var names = new NameBook();
    names.take(graph);
    return names;
  }

  /**
   * {@code wanted}, or if that is taken the first of {@code wanted_2, wanted_3, ...} that is not.
   */
  String free(String wanted) {
    var name = wanted;
    for (var count = 2; !taken.add(name); count++) {
      name = wanted + "_" + count;
    }
    return name;
  }

  private void take(GraphProto graph) {
    graph.getInputList().forEach(input -> taken.add(input.getName()));
    graph.getInitializerList().forEach(constant -> taken.add(constant.getName()));
    for (var node : graph.getNodeList()) {
      taken.addAll(node.getOutputList());
      Nodes.nested(node).forEach(this::take);
    }
  }
}
