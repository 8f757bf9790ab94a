package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
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
    var problem = ConvWeight.problem(site);
    if (problem.isPresent()) {
      return problem;
    }
    var weight = ConvWeight.of(site);
    if (site.integer("group", 1) != 1) {
      return Optional.of("ConvInteger is slower than Conv for grouped channels");
    }
    if (weight.taps() == 1) {
      return Optional.of("ConvInteger is slower than Conv for a kernel of one tap");
    }
    emit(site, weight);
    return Optional.empty();
  }

  private void emit(NodeSite site, ConvWeight weight) {
    var perChannel = new long[weight.weight().rank() - 1];
    Arrays.fill(perChannel, 1);
    perChannel[0] = weight.channels();
    var int8 = weight.constant(weight.int8(site.name(), levels), perChannel);
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
