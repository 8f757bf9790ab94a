package dev.weft.stages.math;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects labels and scores of [batch, k] row by row and writes them as two tensors. */
final class RankedLabels {

  private static final int LABELS_MAX = 1 << 22;

  private final Shape shape;
  private final List<byte[]> labels = new ArrayList<>();
  private final float[] scores;

  /**
   * @throws StageException for more than {@value #LABELS_MAX} labels in all
   */
  RankedLabels(int batch, int k) {
    this.shape = Shape.of(batch, k);
    if (shape.elements() > LABELS_MAX) {
      throw StageException.invalidInput(
          "embedding", batch + " rows", "<= %d for %d labels each".formatted(LABELS_MAX / k, k));
    }
    this.scores = new float[(int) shape.elements()];
  }

  void add(String label, float score) {
    scores[labels.size()] = score;
    labels.add(label.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code label} {@link Datatype#BYTES} and {@code score} {@link Datatype#FP32}. */
  List<Tensor> tensors(RunContext context) {
    return Outputs.closedOnFailure(
        outputs -> {
          outputs.add(context.tensors().bytes(shape, labels));
          outputs.add(context.tensors().floats(shape, scores));
        });
  }
}
