package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.graph.Weight;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * Constants of any operator stored as 16-bit floats and cast to 32 bits before they are used; rows
 * of a table are cast once they are read. Smaller on disk, as fast as before.
 */
record HalfWeights() implements Form {

  /** Constants of fewer numbers stay: they weigh nothing, and a cast has a cost. */
  static final int ELEMENTS_MIN = 256;

  /** The largest finite 16-bit float. */
  static final float MAX = 65_504;

  @Override
  public boolean concerns(NodeSite site) {
    for (var input = 0; input < site.node().getInputCount(); input++) {
      if (candidate(site, input).isPresent()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<String> apply(NodeSite site) {
    if (site.is("Gather") && candidate(site, 0).isPresent()) {
      return gather(site, candidate(site, 0).get());
    }
    var casts = new HashMap<Integer, String>();
    var problem = Optional.<String>empty();
    for (var input = 0; input < site.node().getInputCount(); input++) {
      var weight = candidate(site, input);
      if (weight.isPresent()) {
        var beyond = beyond(site, weight.get());
        if (beyond.isPresent()) {
          problem = beyond;
        } else {
          casts.put(input, cast(site, weight.get()));
        }
      }
    }
    if (casts.isEmpty()) {
      return problem;
    }
    var node = site.node().toBuilder();
    casts.forEach(node::setInput);
    site.scope().emit(node.build());
    return Optional.empty();
  }

  private static Optional<Weight> candidate(NodeSite site, int input) {
    return site.weight(input).filter(w -> w.isFloat() && w.elements() >= ELEMENTS_MIN);
  }

  private static Optional<String> gather(NodeSite site, Weight table) {
    var beyond = beyond(site, table);
    if (beyond.isEmpty()) {
      var scope = site.scope();
      var rows = scope.fresh(site.output(0) + "_f16");
      var gather = site.node().toBuilder().setInput(0, half(site, table)).setOutput(0, rows);
      scope.emit(gather.build());
      scope.emit(toFloat(rows, site.output(0)));
    }
    return beyond;
  }

  private static Optional<String> beyond(NodeSite site, Weight weight) {
    for (var number : weight.finiteFloats(site.name())) {
      if (Math.abs(number) > MAX) {
        return Optional.of(
            "weight '%s' holds %s, beyond the %s of a 16-bit float"
                .formatted(weight.name(), number, MAX));
      }
    }
    return Optional.empty();
  }

  private static String cast(NodeSite site, Weight weight) {
    var scope = site.scope();
    return scope.once(
        String.class,
        "f32 " + weight.name(),
        () -> {
          var name = scope.fresh(weight.name() + "_f32");
          scope.emit(toFloat(half(site, weight), name));
          return name;
        });
  }

  /** The weight as 16-bit floats, made once in its own scope. */
  private static String half(NodeSite site, Weight weight) {
    var home = weight.scope();
    return home.once(
        String.class,
        "f16 " + weight.name(),
        () -> {
          var numbers = weight.finiteFloats(site.name());
          var halves = new short[numbers.length];
          for (var i = 0; i < numbers.length; i++) {
            halves[i] = Float.floatToFloat16(numbers[i]);
          }
          return home.define(Tensors.halves(weight.name() + "_f16", halves, weight.dims()));
        });
  }

  private static NodeProto toFloat(String from, String to) {
    var cast = Nodes.node("Cast", List.of(from), List.of(to));
    return Nodes.with(cast, "to", DataType.FLOAT_VALUE);
  }
}
