package dev.weft.stages.math;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Picks the k largest numbers of each row, largest first; of equals the one that stands first. */
final class TopKStage implements Stage {

  private final Signature signature;
  private final int k;
  private final List<byte[]> labels;

  /**
   * @param labels by place in a row; empty if they are no output
   */
  TopKStage(Signature signature, int k, List<String> labels) {
    this.signature = signature;
    this.k = k;
    this.labels = labels.stream().map(label -> label.getBytes(StandardCharsets.UTF_8)).toList();
  }

  static Signature signature(int k, boolean withLabels) {
    var outputs = new ArrayList<TensorSpec>();
    outputs.add(TensorSpec.of("values", Datatype.FP32, "batch", k));
    outputs.add(TensorSpec.of("indices", Datatype.INT64, "batch", k));
    if (withLabels) {
      outputs.add(TensorSpec.of("labels", Datatype.BYTES, "batch", k).withSemantic("text/utf-8"));
    }
    return new Signature(
        List.of(TensorSpec.of("values", Datatype.FP32, "batch", "width")), outputs);
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public boolean endsSoon() {
    return true;
  }

  @Override
  public List<Tensor> run(RunContext context, List<Tensor> inputs) {
    var values = new Rows("values", inputs.getFirst());
    check(values);
    var shape = Shape.of(values.count(), k);
    return Outputs.closedOnFailure(
        outputs -> {
          var best = outputs.add(context.tensors().allocate(Datatype.FP32, shape)).segment();
          var places = outputs.add(context.tensors().allocate(Datatype.INT64, shape)).segment();
          var texts = new ArrayList<byte[]>();
          var row = values.emptyRow();
          var at = 0L;
          for (var i = 0; i < values.count(); i++) {
            values.read(i, row);
            for (var place : TopK.indices(numbers(row, i), k)) {
              best.setAtIndex(ValueLayout.JAVA_FLOAT, at, row[place]);
              places.setAtIndex(ValueLayout.JAVA_LONG, at++, place);
              if (!labels.isEmpty()) {
                texts.add(labels.get(place));
              }
            }
          }
          if (!labels.isEmpty()) {
            outputs.add(context.tensors().bytes(shape, texts));
          }
        });
  }

  private void check(Rows values) {
    if (values.count() > 0 && values.width() < k) {
      throw StageException.invalidInput("values", "width " + values.width(), ">= k = " + k);
    }
    if (values.count() > 0 && !labels.isEmpty() && values.width() != labels.size()) {
      throw StageException.invalidInput(
          "values", "width " + values.width(), labels.size() + " as there are labels");
    }
  }

  private static float[] numbers(float[] row, int index) {
    for (var value : row) {
      if (Float.isNaN(value)) {
        throw StageException.invalidInput("values", "NaN in row " + index, "numbers");
      }
    }
    return row;
  }

  @Override
  public void close() {}
}
