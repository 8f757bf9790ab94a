package dev.weft.stages.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A model in memory whose constants are initializers of the graph they stand in.
 *
 * @param source for messages
 */
public record ModelGraph(String source, ModelProto model) {

  /** The domain of operators that are ONNX Runtime's own. */
  public static final String MICROSOFT = "com.microsoft";

  /**
   * From this version on, an initializer that is also an input is a default callers may replace.
   */
  private static final long DEFAULTS_SINCE_IR = 4;

  /** Rewrites one node, whose nested graphs have been rewritten before. */
  public interface NodeRewriter {

    /** Emits what replaces the node into its scope; false, with nothing emitted, to leave it. */
    boolean rewrite(NodeSite site);
  }

  /**
   * Reads a model, and makes its {@code Constant} nodes initializers.
   *
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} if {@code content} is not a model
   */
  public static ModelGraph parse(String source, byte[] content) {
    try {
      var model = ModelProto.parseFrom(content);
      var graph = withConstants(model.getGraph());
      return new ModelGraph(source, model.toBuilder().setGraph(graph).build());
    } catch (InvalidProtocolBufferException e) {
      throw new StageException(
          ErrorCode.BAD_ARTIFACT,
          "model %s: %s (expected: an ONNX model)".formatted(source, e.getMessage()),
          e);
    }
  }

  /** Version of ONNX's own operators; 0 if the model asks for none. */
  public long operatorSet() {
    return model.getOpsetImportList().stream()
        .filter(set -> isOnnx(set.getDomain()))
        .mapToLong(OperatorSetIdProto::getVersion)
        .findFirst()
        .orElse(0);
  }

  /** Whether a domain is that of ONNX's own operators. */
  static boolean isOnnx(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  /**
   * Goes through all nodes in their order, nested graphs before the node they are in; what is no
   * longer used after that is left out.
   */
  public ModelGraph rewrite(NodeRewriter rewriter) {
    var graph = model.getGraph();
    var overridable = model.getIrVersion() >= DEFAULTS_SINCE_IR;
    var scope = GraphScope.root(source, graph, NameBook.of(graph), overridable);
    var changed = pruned(scope.rewrite(graph, rewriter));
    return new ModelGraph(source, withImports(model.toBuilder().setGraph(changed).build()));
  }

  /** With these tensors of the outermost graph, all FP32, as outputs in place of its own. */
  public ModelGraph withOutputs(Collection<String> tensors) {
    var graph = model.getGraph().toBuilder().clearOutput();
    var known =
        model.getGraph().getOutputList().stream()
            .collect(Collectors.toMap(ValueInfoProto::getName, value -> value));
    for (var tensor : tensors) {
      graph.addOutput(known.getOrDefault(tensor, floats(tensor)));
    }
    return new ModelGraph(source, model.toBuilder().setGraph(graph).build());
  }

  /** With an entry in the model's metadata. */
  public ModelGraph withMetadata(String key, String value) {
    var entry = StringStringEntryProto.newBuilder().setKey(key).setValue(value);
    return new ModelGraph(source, model.toBuilder().addMetadataProps(entry).build());
  }

  public byte[] toByteArray() {
    return model.toByteArray();
  }

  private static GraphProto withConstants(GraphProto graph) {
    var changed = graph.toBuilder().clearNode();
    for (var node : graph.getNodeList()) {
      var isTensor = node.getAttributeCount() == 1 && node.getAttribute(0).hasT();
      if (node.getOpType().equals("Constant") && isOnnx(node.getDomain()) && isTensor) {
        var tensor = node.getAttribute(0).getT().toBuilder().setName(node.getOutput(0));
        changed.addInitializer(tensor);
      } else {
        changed.addNode(Nodes.mapNested(node, ModelGraph::withConstants));
      }
    }
    return changed.build();
  }

  private static ValueInfoProto floats(String name) {
    var type = TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static GraphProto pruned(GraphProto graph) {
    var alive = withoutDeadNodes(graph);
    var used = new HashSet<String>();
    collectUsed(alive, used);
    return pruned(alive, used);
  }

  /** Nodes stand after those they read, so one walk from the end finds all that are read. */
  private static GraphProto withoutDeadNodes(GraphProto graph) {
    var used = new HashSet<String>();
    graph.getOutputList().forEach(output -> used.add(output.getName()));
    var kept = new ArrayDeque<NodeProto>();
    for (var node : graph.getNodeList().reversed()) {
      if (node.getOutputList().stream().anyMatch(used::contains)) {
        used.addAll(node.getInputList());
        Nodes.nested(node).forEach(inner -> collectUsed(inner, used));
        kept.addFirst(node);
      }
    }
    return graph.toBuilder().clearNode().addAllNode(kept).build();
  }

  private static void collectUsed(GraphProto graph, Set<String> used) {
    graph.getOutputList().forEach(output -> used.add(output.getName()));
    for (var node : graph.getNodeList()) {
      used.addAll(node.getInputList());
      Nodes.nested(node).forEach(inner -> collectUsed(inner, used));
    }
  }

  /** Names are told apart across all graphs, so one set of those used does for all. */
  private static GraphProto pruned(GraphProto graph, Set<String> used) {
    var kept = graph.toBuilder().clearInitializer().clearInput().clearNode().clearValueInfo();
    var dropped = new HashSet<String>();
    for (var initializer : graph.getInitializerList()) {
      if (used.contains(initializer.getName())) {
        kept.addInitializer(initializer);
      } else {
        dropped.add(initializer.getName());
      }
    }
    graph.getInputList().stream()
        .filter(input -> !dropped.contains(input.getName()))
        .forEach(kept::addInput);
    graph.getNodeList().stream()
        .map(node -> Nodes.mapNested(node, inner -> pruned(inner, used)))
        .forEach(kept::addNode);
    return kept.build();
  }

  /** Asks for the operator sets that are in use, and no others. */
  private static ModelProto withImports(ModelProto model) {
    var domains = new HashSet<String>();
    collectDomains(model.getGraph().getNodeList(), domains);
    var imports = new TreeMap<String, Long>();
    for (var asked : model.getOpsetImportList()) {
      if (isOnnx(asked.getDomain()) || domains.contains(asked.getDomain())) {
        imports.put(asked.getDomain(), asked.getVersion());
      }
    }
    if (domains.contains(MICROSOFT)) {
      imports.putIfAbsent(MICROSOFT, 1L);
    }
    var changed = model.toBuilder().clearOpsetImport();
    imports.forEach(
        (domain, version) ->
            changed.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    return changed.build();
  }

  private static void collectDomains(List<NodeProto> nodes, Set<String> domains) {
    for (var node : nodes) {
      domains.add(node.getDomain());
      Nodes.nested(node).forEach(inner -> collectDomains(inner.getNodeList(), domains));
    }
  }
}
