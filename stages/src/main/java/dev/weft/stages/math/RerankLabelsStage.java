package dev.weft.stages.math;

import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.text.Utf8;
import java.util.List;

/** Puts each row's candidate labels in the order of their known vectors' cosine, nearest first. */
final class RerankLabelsStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(
              TensorSpec.of("embedding", Datatype.FP32, "batch", "width").withSemantic("embedding"),
              TensorSpec.of("candidates", Datatype.BYTES, "batch", "k").withSemantic("text/utf-8")),
          List.of(
              TensorSpec.of("label", Datatype.BYTES, "batch", "k").withSemantic("text/utf-8"),
              TensorSpec.of("score", Datatype.FP32, "batch", "k").withSemantic("cosine")));

  private final LabelledVectors known;

  RerankLabelsStage(LabelledVectors known) {
    this.known = known;
  }

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
    var embeddings = new Rows("embedding", inputs.get(0));
    var candidates = Utf8.texts("candidates", inputs.get(1), Integer.MAX_VALUE);
    var k = inputs.get(1).shape().intDim(1);
    var ranked = new RankedLabels(embeddings.count(), k);
    var embedding = embeddings.emptyRow();
    for (var i = 0; i < embeddings.count(); i++) {
      embeddings.read(i, embedding);
      var scores = known.scores(embedding);
      var row = candidates.subList(i * k, (i + 1) * k);
      var own = new float[k];
      for (var j = 0; j < k; j++) {
        own[j] = scores[number(row.get(j))];
      }
      for (var place : TopK.indices(own, k)) {
        ranked.add(row.get(place), own[place]);
      }
    }
    return ranked.tensors(context);
  }

  private int number(String label) {
    var number = known.number(label);
    if (number < 0) {
      var shown = label.length() > 60 ? label.substring(0, 60) + "..." : label;
      throw StageException.invalidInput(
          "candidates", "'" + shown + "'", "a label in the file 'labels'");
    }
    return number;
  }

  @Override
  public void close() {}
}
