package dev.weft.stages.math;

import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
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
  public List<Tensor> run(RunContext context, List<Tensor> inputs) {
    var values = new Rows("values", inputs.getFirst());
    check(values);
    var batch = values.count();
    var best = new float[batch * k];
    var places = new long[batch * k];
    var row = new float[values.width()];
    for (var i = 0; i < batch; i++) {
      values.read(i, row);
      var indices = TopK.indices(numbers(row, i), k);
      for (var j = 0; j < k; j++) {
        best[i * k + j] = row[indices[j]];
        places[i * k + j] = indices[j];
      }
    }
    return outputs(context, Shape.of(batch, k), best, places);
  }

  private void check(Rows values) {
    if (values.count() > 0 && values.width() < k) {
      throw Rows.invalid("values", "width " + values.width(), ">= k = " + k);
    }
    if (values.count() > 0 && !labels.isEmpty() && values.width() != labels.size()) {
      throw Rows.invalid(
          "values", "width " + values.width(), labels.size() + " as there are labels");
    }
  }

  private static float[] numbers(float[] row, int index) {
    for (var value : row) {
      if (Float.isNaN(value)) {
        throw Rows.invalid("values", "NaN in row " + index, "numbers");
      }
    }
    return row;
  }

  private List<Tensor> outputs(RunContext context, Shape shape, float[] best, long[] places) {
    var outputs = new ArrayList<Tensor>();
    try {
      outputs.add(context.tensors().floats(shape, best));
      outputs.add(context.tensors().longs(shape, places));
      if (!labels.isEmpty()) {
        var texts = new ArrayList<byte[]>();
        for (var place : places) {
          texts.add(labels.get((int) place));
        }
        outputs.add(context.tensors().bytes(shape, texts));
      }
      return List.copyOf(outputs);
    } catch (RuntimeException e) {
      outputs.forEach(Tensor::close);
      throw e;
    }
  }

  @Override
  public void close() {}
}
