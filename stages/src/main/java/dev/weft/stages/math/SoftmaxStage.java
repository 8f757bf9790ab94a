package dev.weft.stages.math;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Exponentials of each row, scaled to add up to 1; the row's maximum is taken off first, so that
 * nothing overflows. Summed in double precision.
 *
 * <p>Refused: NaN, positive infinity, and a row of nothing but negative infinity.
 */
final class SoftmaxStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("values", Datatype.FP32, "batch", "width")),
          List.of(
              TensorSpec.of("probabilities", Datatype.FP32, "batch", "width")
                  .withSemantic("probability")));

  @Override
  public Signature signature() {
    return SIGNATURE;
  }

  @Override
  public boolean endsSoon() {
    return true;
  }

  @Override
  public List<Tensor> run(RunContext context, List<Tensor> inputs) {
    var values = new Rows("values", inputs.getFirst());
    var shape = values.tensor().shape();
    return Outputs.closedOnFailure(
        outputs -> {
          var target = outputs.add(context.tensors().allocate(Datatype.FP32, shape)).segment();
          var row = values.emptyRow();
          for (var i = 0; i < values.count(); i++) {
            values.read(i, row);
            softmax(row, i);
            var at = (long) i * row.length * Float.BYTES;
            MemorySegment.copy(row, 0, target, ValueLayout.JAVA_FLOAT, at, row.length);
          }
        });
  }

  private static void softmax(float[] row, int index) {
    var max = Float.NEGATIVE_INFINITY;
    for (var value : row) {
      max = Math.max(max, value);
    }
    if (!Float.isFinite(max)) {
      throw StageException.invalidInput(
          "values", max + " as the maximum of row " + index, "a finite number");
    }
    var sum = 0.0;
    for (var i = 0; i < row.length; i++) {
      var power = Math.exp((double) row[i] - max);
      row[i] = (float) power;
      sum += power;
    }
    for (var i = 0; i < row.length; i++) {
      row[i] = (float) (row[i] / sum);
    }
  }

  @Override
  public void close() {}
}
