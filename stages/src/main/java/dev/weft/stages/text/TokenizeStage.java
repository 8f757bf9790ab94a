package dev.weft.stages.text;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.text.Tokenizer.Tokens;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns {@code text [batch]} into {@code input_ids}, {@code attention_mask} and {@code
 * token_type_ids}, each {@code [batch, tokens]}, padded to the longest text.
 */
final class TokenizeStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("text", Datatype.BYTES, "batch").withSemantic("text/utf-8")),
          List.of(
              TensorSpec.of("input_ids", Datatype.INT64, "batch", "tokens"),
              TensorSpec.of("attention_mask", Datatype.INT64, "batch", "tokens"),
              TensorSpec.of("token_type_ids", Datatype.INT64, "batch", "tokens")));

  private final Tokenizer tokenizer;
  private final int maxBytes;

  TokenizeStage(Tokenizer tokenizer, int maxBytes) {
    this.tokenizer = tokenizer;
    this.maxBytes = maxBytes;
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
    var batch = new ArrayList<Tokens>();
    for (var text : Utf8.texts("text", inputs.getFirst(), maxBytes)) {
      batch.add(tokenizer.encode(text));
    }
    var longest = batch.stream().mapToInt(Tokens::count).max().orElse(0);
    var shape = Shape.of(batch.size(), longest);
    return Outputs.closedOnFailure(
        outputs -> {
          var ids = outputs.add(context.tensors().allocate(Datatype.INT64, shape));
          var mask = outputs.add(context.tensors().allocate(Datatype.INT64, shape));
          var typeIds = outputs.add(context.tensors().allocate(Datatype.INT64, shape));
          for (var row = 0; row < batch.size(); row++) {
            var tokens = batch.get(row);
            write(ids, row, tokens.ids(), tokenizer.padId());
            write(typeIds, row, tokens.typeIds(), 0);
            var ones = new long[tokens.count()];
            Arrays.fill(ones, 1);
            write(mask, row, ones, 0);
          }
        });
  }

  private static void write(Tensor target, int row, long[] values, long padding) {
    var width = target.shape().intDim(1);
    var filled = Arrays.copyOf(values, width);
    Arrays.fill(filled, values.length, width, padding);
    MemorySegment.copy(
        filled, 0, target.segment(), ValueLayout.JAVA_LONG, (long) row * width * Long.BYTES, width);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
