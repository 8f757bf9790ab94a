package dev.weft.stages.math;

import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import java.util.List;

/** Finds the k labels whose known vectors are nearest by cosine; exact, by looking at them all. */
final class NearestLabelsStage implements Stage {

  private final LabelledVectors known;
  private final int k;

  NearestLabelsStage(LabelledVectors known, int k) {
    this.known = known;
    this.k = k;
  }

  static Signature signature(int k) {
    return new Signature(
        List.of(
            TensorSpec.of("embedding", Datatype.FP32, "batch", "width").withSemantic("embedding")),
        List.of(
            TensorSpec.of("label", Datatype.BYTES, "batch", k).withSemantic("text/utf-8"),
            TensorSpec.of("score", Datatype.FP32, "batch", k).withSemantic("cosine")));
  }

  @Override
  public Signature signature() {
    return signature(k);
  }

  @Override
  public boolean endsSoon() {
    return true;
  }

  @Override
  public List<Tensor> run(RunContext context, List<Tensor> inputs) {
    var embeddings = new Rows("embedding", inputs.getFirst());
    var ranked = new RankedLabels(embeddings.count(), k);
    var embedding = embeddings.emptyRow();
    for (var i = 0; i < embeddings.count(); i++) {
      embeddings.read(i, embedding);
      var scores = known.scores(embedding);
      for (var label : TopK.indices(scores, k)) {
        ranked.add(known.labels().get(label), scores[label]);
      }
    }
    return ranked.tensors(context);
  }

  @Override
  public void close() {}
}
