package dev.weft.stages.quantize;

import dev.weft.stages.graph.GraphScope;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.graph.Weight;
import java.util.function.Supplier;

/**
 * Names of the constants that stand for one weight as integers, shared by all nodes that read it in
 * the same way.
 *
 * @param zeroPoints all zero, of the shape of {@code scales}
 */
record IntegerConstant(String values, String scales, String zeroPoints) {

  /**
   * @param home the graph they stand in: that of the weight, or of the node that reads it
   * @param reading tells apart ways to read a weight, such as with its axes swapped
   * @param dims shape of the values
   * @param scaleDims shape of the scales
   */
  static IntegerConstant of(
      Weight weight,
      GraphScope home,
      String reading,
      long[] dims,
      long[] scaleDims,
      Supplier<Int8Weights> int8) {
    var name = weight.name() + "_i8";
    return home.once(
        IntegerConstant.class,
        weight.name() + " " + reading,
        () -> {
          var numbers = int8.get();
          var zeros = new byte[numbers.scales().length];
          return new IntegerConstant(
              home.define(Tensors.signedBytes(name, numbers.values(), dims)),
              home.define(Tensors.floats(name + "_scale", numbers.scales(), scaleDims)),
              home.define(Tensors.signedBytes(name + "_zero", zeros, scaleDims)));
        });
  }
}
