package dev.weft.stages.quantize;

import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.graph.Weight;
import java.util.Optional;

/**
 * The kernel of a convolution.
 *
 * @param weight of shape [channels, ...], FLOAT
 * @param channels of the output
 * @param inner numbers for each of these
 */
record ConvWeight(Weight weight, int channels, int inner) {

  /** Why the kernel of a convolution cannot be quantized; empty if it can. */
  static Optional<String> problem(NodeSite site) {
    var weight = site.weight(1);
    if (weight.isEmpty()) {
      return Optional.of("its weight is computed");
    }
    return weight.get().isFloat()
        ? Optional.empty()
        : Optional.of(
            "weight '%s' is %s, not FLOAT".formatted(weight.get().name(), weight.get().type()));
  }

  /** Of a convolution without a problem. */
  static ConvWeight of(NodeSite site) {
    var weight = site.weight(1).orElseThrow();
    var channels = weight.dim(0);
    return new ConvWeight(weight, channels, Math.toIntExact(weight.elements() / channels));
  }

  /** Places the kernel looks at: the product of its sizes beyond the channels. */
  long taps() {
    return weight.dims().stream().skip(2).reduce(1L, Math::multiplyExact);
  }

  /**
   * The kernel as int8 with a scale per output channel.
   *
   * @param node for messages
   */
  Int8Weights int8(String node, int levels) {
    return Int8Weights.of(weight.finiteFloats(node), channels, inner, levels);
  }

  /** Names of these constants, their scales in a shape that suits how they are used. */
  IntegerConstant constant(Int8Weights int8, long... scaleDims) {
    return IntegerConstant.of(
        weight,
        weight.scope(),
        "by output channel, scales of %d axes".formatted(scaleDims.length),
        Tensors.longs(weight.dims()),
        scaleDims,
        () -> int8);
  }
}
