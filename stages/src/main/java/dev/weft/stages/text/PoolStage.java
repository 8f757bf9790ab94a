package dev.weft.stages.text;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Pools {@code hidden [batch, tokens, width]} to {@code embedding [batch, width]}: the mean over
 * the tokens with a mask other than 0, or the first token; scaled to length 1 if asked for.
 *
 * <p>A text without tokens has no embedding and is refused, as is one that is not a number. Source:
 * Reimers and Gurevych, "Sentence-BERT", EMNLP 2019, §3.
 */
final class PoolStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(
              TensorSpec.of("hidden", Datatype.FP32, "batch", "tokens", "width"),
              TensorSpec.of("attention_mask", Datatype.INT64, "batch", "tokens")),
          List.of(
              TensorSpec.of("embedding", Datatype.FP32, "batch", "width")
                  .withSemantic("embedding")));

  private final boolean firstToken;
  private final boolean normalize;

  PoolStage(boolean firstToken, boolean normalize) {
    this.firstToken = firstToken;
    this.normalize = normalize;
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
    var hidden = inputs.get(0);
    var batch = hidden.shape().intDim(0);
    var tokens = hidden.shape().intDim(1);
    var width = hidden.shape().intDim(2);
    var rows = hidden.segment();
    var mask = inputs.get(1).segment();
    return Outputs.closedOnFailure(
        outputs -> {
          var shape = Shape.of(batch, width);
          var target = outputs.add(context.tensors().allocate(Datatype.FP32, shape)).segment();
          for (var text = 0; text < batch; text++) {
            var embedding = pooled(rows, mask, (long) text * tokens, tokens, width, text);
            MemorySegment.copy(
                finished(embedding, text),
                0,
                target,
                ValueLayout.JAVA_FLOAT,
                (long) text * width * Float.BYTES,
                width);
          }
        });
  }

  private float[] pooled(
      MemorySegment rows, MemorySegment mask, long first, int tokens, int width, int text) {
    var sum = new float[width];
    var counted = 0;
    for (var token = first; token < first + tokens && (counted == 0 || !firstToken); token++) {
      if (mask.getAtIndex(ValueLayout.JAVA_LONG, token) != 0) {
        for (var i = 0; i < width; i++) {
          sum[i] += rows.getAtIndex(ValueLayout.JAVA_FLOAT, token * width + i);
        }
        counted++;
      }
    }
    if (counted == 0) {
      throw StageException.invalidInput(
          "attention_mask", "no token of text " + text, "at least one");
    }
    for (var i = 0; i < width; i++) {
      sum[i] /= counted;
    }
    return sum;
  }

  private float[] finished(float[] embedding, int text) {
    var squares = 0.0;
    for (var value : embedding) {
      squares += (double) value * value;
    }
    if (!Double.isFinite(squares)) {
      throw StageException.invalidInput("hidden", "NaN or infinity in text " + text, "numbers");
    }
    var scale = normalize && squares > 0 ? (float) (1 / Math.sqrt(squares)) : 1;
    for (var i = 0; i < embedding.length; i++) {
      embedding[i] *= scale;
    }
    return embedding;
  }

  @Override
  public void close() {}
}
