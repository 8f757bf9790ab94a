package dev.weft.stages.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One graph while it is rewritten: the constants its nodes see, its own and those of the graphs
 * around it, and the nodes and constants written so far. One thread.
 */
public final class GraphScope {

  private final String source;
  private final @Nullable GraphScope outer;
  private final NameBook names;
  private final boolean overridable;
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final List<TensorProto> defined = new ArrayList<>();
  private final List<NodeProto> emitted = new ArrayList<>();
  private final Set<String> written = new HashSet<>();
  private final Map<Key, Object> made = new HashMap<>();

  /** What was made in this scope, and for what. */
  private record Key(Class<?> type, String purpose) {}

  private GraphScope(
      String source,
      @Nullable GraphScope outer,
      GraphProto graph,
      NameBook names,
      boolean overridable) {
    this.source = source;
    this.outer = outer;
    this.names = names;
    this.overridable = overridable;
    graph.getInitializerList().forEach(each -> constants.put(each.getName(), each));
    if (overridable) {
      graph.getInputList().forEach(input -> constants.remove(input.getName()));
    }
    for (var node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
    }
    countUses(graph);
  }

  static GraphScope root(String source, GraphProto graph, NameBook names, boolean overridable) {
    return new GraphScope(source, null, graph, names, overridable);
  }

  private void countUses(GraphProto graph) {
    graph.getOutputList().forEach(output -> uses.merge(output.getName(), 1, Integer::sum));
    for (var node : graph.getNodeList()) {
      node.getInputList().forEach(input -> uses.merge(input, 1, Integer::sum));
      Nodes.nested(node).forEach(this::countUses);
    }
  }

  /** Whether this is the model's own graph, not one nested in a node. */
  public boolean isOutermost() {
    return outer == null;
  }

  /** The model's name, for messages. */
  String source() {
    return source;
  }

  /** The constant of this name and the scope it stands in; empty for what is computed or given. */
  Optional<Weight> constant(String name) {
    var constant = constants.get(name);
    if (constant != null) {
      return Optional.of(new Weight(constant, this));
    }
    return outer == null ? Optional.empty() : outer.constant(name);
  }

  /** The node of this graph that gave a tensor before anything was rewritten. */
  public Optional<NodeSite> producer(String tensor) {
    return Optional.ofNullable(producers.get(tensor)).map(node -> new NodeSite(node, this));
  }

  /** How often a tensor is read in this graph and those nested in it, its outputs included. */
  public int uses(String tensor) {
    return uses.getOrDefault(tensor, 0);
  }

  /** Writes a node at the present place. */
  public void emit(NodeProto node) {
    emitted.add(node);
    written.addAll(node.getOutputList());
  }

  /** Whether a node written so far gives this tensor. */
  public boolean isWritten(String tensor) {
    return written.contains(tensor);
  }

  /** Writes a constant under its name, or one like it if that is taken; gives the name it has. */
  public String define(TensorProto tensor) {
    var name = names.free(tensor.getName());
    defined.add(tensor.toBuilder().setName(name).build());
    return name;
  }

  /** A name no tensor has, for the output of a node to come. */
  public String fresh(String wanted) {
    return names.free(wanted);
  }

  /**
   * What was made in this scope for the same purpose before, so that readers share it; or else what
   * {@code make} makes.
   */
  public <T> T once(Class<T> type, String purpose, Supplier<T> make) {
    var key = new Key(type, purpose);
    var before = made.get(key);
    if (before != null) {
      return type.cast(before);
    }
    var now = make.get();
    made.put(key, now);
    return now;
  }

  GraphProto rewrite(GraphProto graph, ModelGraph.NodeRewriter rewriter) {
    for (var node : graph.getNodeList()) {
      var inside =
          Nodes.mapNested(
              node,
              inner ->
                  new GraphScope(source, this, inner, names, overridable).rewrite(inner, rewriter));
      if (!rewriter.rewrite(new NodeSite(inside, this))) {
        emit(inside);
      }
    }
    return graph.toBuilder().clearNode().addAllNode(emitted).addAllInitializer(defined).build();
  }
}
