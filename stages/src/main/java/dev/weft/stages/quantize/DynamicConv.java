package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.graph.Weight;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@code Conv} as {@code DynamicQuantizeLinear} and {@code ConvInteger}, weights int8 with a scale
 * per output channel. Only where it pays: dense kernels of more than one tap.
 *
 * @param levels of the weights on each side of zero
 */
record DynamicConv(int levels) implements Form {

  @Override
  public boolean concerns(NodeSite site) {
    return site.is("Conv");
  }

  @Override
  public Optional<String> apply(NodeSite site) {
    var found = site.weight(1);
    if (found.isEmpty()) {
      return Optional.of("its weight is computed");
    }
    var weight = found.get();
    if (!weight.isFloat()) {
      return Optional.of("weight '%s' is %s, not FLOAT".formatted(weight.name(), weight.type()));
    }
    if (site.integer("group", 1) != 1) {
      return Optional.of("ConvInteger is slower than Conv for grouped channels");
    }
    if (taps(weight) == 1) {
      return Optional.of("ConvInteger is slower than Conv for a kernel of one tap");
    }
    emit(site, weight);
    return Optional.empty();
  }

  /** Places a kernel looks at: the product of its sizes beyond the channels. */
  static long taps(Weight weight) {
    return weight.dims().stream().skip(2).reduce(1L, Math::multiplyExact);
  }

  private void emit(NodeSite site, Weight weight) {
    var channels = weight.dim(0);
    var inner = Math.toIntExact(weight.elements() / channels);
    var perChannel = new long[weight.rank() - 1];
    Arrays.fill(perChannel, 1);
    perChannel[0] = channels;
    var int8 =
        Int8Constant.of(
            weight,
            weight.scope(),
            "by output channel",
            Tensors.longs(weight.dims()),
            perChannel,
            () -> Int8Weights.of(weight.finiteFloats(site.name()), channels, inner, levels));
    var scope = site.scope();
    var input = DynamicInput.of(site.input(0), scope);
    var output = site.output(0);
    var sum = scope.fresh(output + "_i32");
    var sumAsFloat = scope.fresh(output + "_f32");
    var scale = scope.fresh(output + "_scale");
    scope.emit(
        convolution(site.node(), List.of(input.values(), int8.values(), input.zeroPoint()), sum));
    scope.emit(
        Nodes.with(
            Nodes.node("Cast", List.of(sum), List.of(sumAsFloat)), "to", DataType.FLOAT_VALUE));
    scope.emit(Nodes.node("Mul", List.of(input.scale(), int8.scales()), List.of(scale)));
    if (!site.has(2)) {
      scope.emit(Nodes.node("Mul", List.of(sumAsFloat, scale), List.of(output)));
      return;
    }
    var product = scope.fresh(output + "_product");
    var bias = biasPerChannel(site, perChannel);
    scope.emit(Nodes.node("Mul", List.of(sumAsFloat, scale), List.of(product)));
    scope.emit(Nodes.node("Add", List.of(product, bias), List.of(output)));
  }

  /** The attributes of a convolution, strides and pads among them, are the same for both kinds. */
  private static NodeProto convolution(NodeProto conv, List<String> inputs, String output) {
    return Nodes.node("ConvInteger", inputs, List.of(output)).toBuilder()
        .addAllAttribute(conv.getAttributeList())
        .build();
  }

  private static String biasPerChannel(NodeSite site, long[] perChannel) {
    var scope = site.scope();
    var bias = site.weight(2);
    if (bias.isPresent()) {
      return scope.define(
          Tensors.floats(
              bias.get().name() + "_column", bias.get().finiteFloats(site.name()), perChannel));
    }
    var shape = scope.define(Tensors.longs(site.output(0) + "_bias_shape", perChannel));
    var reshaped = scope.fresh(site.output(0) + "_bias");
    scope.emit(Nodes.node("Reshape", List.of(site.input(2), shape), List.of(reshaped)));
    return reshaped;
  }
}
