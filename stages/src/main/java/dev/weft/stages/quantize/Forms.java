package dev.weft.stages.quantize;

import java.util.List;
import java.util.Set;

/** The forms of each method, those that are tried first at the front. */
final class Forms {

  private static final Set<String> WEIGHTED =
      Set.of("MatMul", "Gemm", "Conv", "ConvTranspose", "LSTM", "GRU", "RNN");

  private Forms() {}

  static List<Form> int8Dynamic(int levels, Smoothing smoothing) {
    return List.of(
        new DynamicMatMul(levels, smoothing),
        new DynamicConv(levels),
        new Int8Table(),
        new DynamicLstm(levels),
        new NoForm(Method.INT8_DYNAMIC, WEIGHTED));
  }

  static List<Form> int8Static(int levels, StaticPlan plan) {
    return List.of(
        new StaticMatMul(levels, plan),
        new StaticConv(levels, plan),
        new Int8Table(),
        new DynamicLstm(levels),
        new NoForm(Method.INT8_STATIC, WEIGHTED));
  }

  static List<Form> int4() {
    return List.of(new BlockMatMul(), new Int8Table(), new NoForm(Method.INT4, WEIGHTED));
  }

  static List<Form> fp16() {
    return List.of(new HalfWeights());
  }
}
