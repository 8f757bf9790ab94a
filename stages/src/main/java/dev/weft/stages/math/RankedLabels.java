package dev.weft.stages.math;

import dev.weft.stages.spi.RunContext;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects labels and scores of [batch, k] row by row and writes them as two tensors. */
final class RankedLabels {

  private final Shape shape;
  private final List<byte[]> labels = new ArrayList<>();
  private final float[] scores;

  RankedLabels(int batch, int k) {
    this.shape = Shape.of(batch, k);
    this.scores = new float[Math.multiplyExact(batch, k)];
  }

  void add(String label, float score) {
    scores[labels.size()] = score;
    labels.add(label.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code label} {@link Datatype#BYTES} and {@code score} {@link Datatype#FP32}. */
  List<Tensor> tensors(RunContext context) {
    var label = context.tensors().bytes(shape, labels);
    try {
      return List.of(label, context.tensors().floats(shape, scores));
    } catch (RuntimeException e) {
      label.close();
      throw e;
    }
  }
}
