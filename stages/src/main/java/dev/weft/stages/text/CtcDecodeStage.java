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
import java.util.ArrayList;
import java.util.List;

/**
 * Reads text from a net's probabilities per step: the likeliest class of every step, repeats
 * merged, blanks dropped. A line's confidence is the mean probability of the symbols kept, 0
 * without any.
 *
 * <p>Source: Graves et al., "Connectionist Temporal Classification", ICML 2006, section 3.2, best
 * path decoding.
 */
final class CtcDecodeStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(
              TensorSpec.of("logits", Datatype.FP32, "lines", "steps", "classes")
                  .withSemantic("probability")),
          List.of(
              TensorSpec.of("text", Datatype.BYTES, "lines").withSemantic("text/utf-8"),
              TensorSpec.of("confidence", Datatype.FP32, "lines").withSemantic("probability")));

  private static final int BLANK = 0;

  /** Lines without steps take no memory, so that there could be any number of them. */
  private static final int LINES_MAX = 1 << 20;

  private final List<String> symbols;

  /**
   * @param symbols by class; the first, blank, is never read
   */
  CtcDecodeStage(List<String> symbols) {
    this.symbols = List.copyOf(symbols);
  }

  private record Line(String text, float confidence) {}

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
    var logits = inputs.getFirst();
    var shape = logits.shape();
    if (shape.dim(0) > 0 && shape.dim(2) != symbols.size()) {
      throw StageException.invalidInput(
          "logits",
          shape.dim(2) + " classes",
          symbols.size() + ": blank and the symbols of the dictionary");
    }
    if (shape.dim(0) > LINES_MAX) {
      throw StageException.invalidInput("logits", logits, "at most %d lines".formatted(LINES_MAX));
    }
    var texts = new ArrayList<String>();
    var confidences = new float[shape.intDim(0)];
    var step = new float[symbols.size()];
    for (var i = 0; i < confidences.length; i++) {
      var line = read(logits.segment(), i, shape.dim(1), step);
      texts.add(line.text);
      confidences[i] = line.confidence;
    }
    return Outputs.closedOnFailure(
        outputs -> {
          outputs.add(context.tensors().strings(texts));
          outputs.add(context.tensors().floats(Shape.of(confidences.length), confidences));
        });
  }

  private Line read(MemorySegment logits, long line, long steps, float[] step) {
    var text = new StringBuilder();
    var sum = 0.0;
    var kept = 0;
    var previous = BLANK;
    for (var t = 0L; t < steps; t++) {
      var at = (line * steps + t) * step.length * Float.BYTES;
      MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, at, step, 0, step.length);
      var best = likeliest(step);
      if (best != BLANK && best != previous) {
        text.append(symbols.get(best));
        sum += step[best];
        kept++;
      }
      previous = best;
    }
    return new Line(text.toString(), kept == 0 ? 0 : (float) (sum / kept));
  }

  /** The first class of the highest probability; blank if all are NaN. */
  private static int likeliest(float[] step) {
    var best = BLANK;
    var highest = Float.NEGATIVE_INFINITY;
    for (var i = 0; i < step.length; i++) {
      if (step[i] > highest) {
        highest = step[i];
        best = i;
      }
    }
    return best;
  }

  @Override
  public void close() {}
}
