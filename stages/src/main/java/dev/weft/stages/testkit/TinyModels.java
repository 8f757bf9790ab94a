package dev.weft.stages.testkit;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small ONNX models as file content, for tests and benches that cannot download any. */
public final class TinyModels {

  private TinyModels() {}

  /** {@code x} of {@code datatype} and these dimensions comes out unchanged as {@code y}. */
  public static byte[] identity(Datatype datatype, Object... dims) {
    return Graphs.model(
        List.of(TensorSpec.of("x", datatype, dims)),
        List.of(TensorSpec.of("y", datatype, dims)),
        List.of(),
        List.of(Graphs.node("Identity", List.of("x"), List.of("y"))));
  }

  /** Computes next to nothing: {@code x} FP32[1, 4] comes out unchanged as {@code y}. */
  public static byte[] empty() {
    return identity(Datatype.FP32, 1, 4);
  }

  /** Triton's {@code simple}: INT32[1, 16] INPUT0 and INPUT1 to their sum and difference. */
  public static byte[] addSub() {
    var in = List.of("INPUT0", "INPUT1");
    return Graphs.model(
        in.stream().map(name -> TensorSpec.of(name, Datatype.INT32, 1, 16)).toList(),
        List.of(
            TensorSpec.of("OUTPUT0", Datatype.INT32, 1, 16),
            TensorSpec.of("OUTPUT1", Datatype.INT32, 1, 16)),
        List.of(),
        List.of(
            Graphs.node("Add", in, List.of("OUTPUT0")),
            Graphs.node("Sub", in, List.of("OUTPUT1"))));
  }

  /**
   * {@code links} dense layers of {@code width} x {@code width}, each followed by a tanh: {@code x}
   * FP32[batch, width] to {@code y}. A run of one row takes {@code 2 * links * width * width}
   * floating point operations; the weights are all different and the values stay within -1 to 1.
   */
  public static byte[] matMulChain(int width, int links) {
    var random = new Random(width * 31L + links);
    var weights = new ArrayList<TensorProto>();
    var nodes = new ArrayList<NodeProto>();
    var from = "x";
    for (var link = 0; link < links; link++) {
      var product = "product" + link;
      var to = link == links - 1 ? "y" : "layer" + link;
      weights.add(
          Graphs.floats(
              "w" + link, gaussian(random, width * width, 1 / Math.sqrt(width)), width, width));
      nodes.add(Graphs.node("MatMul", List.of(from, "w" + link), List.of(product)));
      nodes.add(Graphs.node("Tanh", List.of(product), List.of(to)));
      from = to;
    }
    return Graphs.model(
        List.of(TensorSpec.of("x", Datatype.FP32, "batch", width)),
        List.of(TensorSpec.of("y", Datatype.FP32, "batch", width)),
        weights,
        nodes);
  }

  /**
   * A linear classifier: {@code features} FP32[batch, width] to {@code logits} FP32[batch,
   * classes], where class {@code c} adds up the features at {@code c, c + classes, ...}.
   */
  public static byte[] classifier(int width, int classes) {
    return classifier(width, classes, 0);
  }

  /** The same with every class's features moved on by {@code shift}. */
  public static byte[] classifier(int width, int classes, int shift) {
    var weights = new float[width * classes];
    for (var feature = 0; feature < width; feature++) {
      weights[feature * classes + (feature + shift) % classes] = 1;
    }
    return Graphs.model(
        List.of(TensorSpec.of("features", Datatype.FP32, "batch", width)),
        List.of(TensorSpec.of("logits", Datatype.FP32, "batch", classes)),
        List.of(Graphs.floats("weights", weights, width, classes)),
        List.of(Graphs.node("MatMul", List.of("features", "weights"), List.of("logits"))));
  }

  /**
   * Adds up rows: {@code input} FP32[1, width], {@code state} FP32[1, width] and {@code gain} INT64
   * scalar to {@code output} FP32[1, width] = state + gain * input and {@code stateN}, the same.
   */
  public static byte[] runningSum(int width) {
    return Graphs.model(
        List.of(
            TensorSpec.of("input", Datatype.FP32, "batch", width),
            TensorSpec.of("state", Datatype.FP32, "batch", width),
            TensorSpec.of("gain", Datatype.INT64)),
        List.of(
            TensorSpec.of("output", Datatype.FP32, "batch", width),
            TensorSpec.of("stateN", Datatype.FP32, "batch", width)),
        List.of(),
        List.of(
            Graphs.withInt(
                Graphs.node("Cast", List.of("gain"), List.of("factor")),
                "to",
                TensorProto.DataType.FLOAT_VALUE),
            Graphs.node("Mul", List.of("input", "factor"), List.of("scaled")),
            Graphs.node("Add", List.of("state", "scaled"), List.of("output")),
            Graphs.node("Identity", List.of("output"), List.of("stateN"))));
  }

  /**
   * A sum that forgets, so that the order of its inputs matters: {@code x} and {@code h} FP32 of
   * these dimensions to {@code y} = h / 2 + x and {@code hN}, the same.
   */
  public static byte[] leakySum(Object... dims) {
    return Graphs.model(
        List.of(TensorSpec.of("x", Datatype.FP32, dims), TensorSpec.of("h", Datatype.FP32, dims)),
        List.of(TensorSpec.of("y", Datatype.FP32, dims), TensorSpec.of("hN", Datatype.FP32, dims)),
        List.of(Graphs.floats("half", new float[] {0.5f}, 1)),
        List.of(
            Graphs.node("Mul", List.of("h", "half"), List.of("kept")),
            Graphs.node("Add", List.of("kept", "x"), List.of("y")),
            Graphs.node("Identity", List.of("y"), List.of("hN"))));
  }

  /** {@code x} FP32[1, 4] to its natural logarithm {@code y}: not a number below zero. */
  public static byte[] logarithm() {
    return Graphs.model(
        List.of(TensorSpec.of("x", Datatype.FP32, 1, 4)),
        List.of(TensorSpec.of("y", Datatype.FP32, 1, 4)),
        List.of(),
        List.of(Graphs.node("Log", List.of("x"), List.of("y"))));
  }

  /** The indices of what is not zero: {@code x} FP32[n] to {@code y} INT64[1, count]. */
  public static byte[] nonZero() {
    return Graphs.model(
        List.of(TensorSpec.of("x", Datatype.FP32, "n")),
        List.of(TensorSpec.of("y", Datatype.INT64, 1, "count")),
        List.of(),
        List.of(Graphs.node("NonZero", List.of("x"), List.of("y"))));
  }

  /** Asks for an operator that no runtime has. */
  public static byte[] unknownOperator() {
    return Graphs.model(
        List.of(TensorSpec.of("x", Datatype.FP32, 1, 4)),
        List.of(TensorSpec.of("y", Datatype.FP32, 1, 4)),
        List.of(),
        List.of(Graphs.node("Frobnicate", List.of("x"), List.of("y"))));
  }

  /**
   * Adds {@code w}, four FP32 values in a file of 16 bytes at {@code location}, to {@code x}
   * FP32[1, 4], giving {@code y}.
   */
  public static byte[] externalData(String location) {
    return Graphs.model(
        List.of(TensorSpec.of("x", Datatype.FP32, 1, 4)),
        List.of(TensorSpec.of("y", Datatype.FP32, 1, 4)),
        List.of(Graphs.externalFloats("w", location, 1, 4)),
        List.of(Graphs.node("Add", List.of("x", "w"), List.of("y"))));
  }

  private static float[] gaussian(Random random, int count, double deviation) {
    var values = new float[count];
    for (var i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }
}
