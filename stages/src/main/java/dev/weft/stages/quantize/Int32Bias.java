package dev.weft.stages.quantize;

import dev.weft.stages.calibration.Range;
import dev.weft.stages.graph.GraphScope;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.graph.Weight;

/**
 * A bias in units of input scale times weight scale, as integer kernels add it.
 *
 * @param name of the bias
 * @param units of each channel
 * @param values rounded; of those that do not fit 32 bits the nearest that does
 */
record Int32Bias(String name, float[] units, int[] values, boolean fits) {

  /**
   * @param node that reads it, for messages
   */
  static Int32Bias of(Weight bias, String node, Int8Weights weights, Range in) {
    var numbers = bias.finiteFloats(node);
    var units = weights.times(in.scale()).scales();
    var values = new int[numbers.length];
    var fits = true;
    for (var channel = 0; channel < values.length; channel++) {
      var value = Math.rint(numbers[channel] / (double) units[channel]);
      fits &= Math.abs(value) < Integer.MAX_VALUE;
      values[channel] = (int) value;
    }
    return new Int32Bias(bias.name(), units, values, fits);
  }

  /** Its parts as constants of a graph. */
  IntegerConstant constant(GraphScope scope) {
    var count = values.length;
    return new IntegerConstant(
        scope.define(Tensors.ints(name + "_i32", values, count)),
        scope.define(Tensors.floats(name + "_i32_scale", units, count)),
        scope.define(Tensors.ints(name + "_i32_zero", new int[count], count)));
  }
}
