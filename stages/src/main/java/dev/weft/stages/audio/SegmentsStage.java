package dev.weft.stages.audio;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.List;

/**
 * Turns {@code probability [steps, 1]} into {@code segments [segments, 2]}, start and end in
 * seconds, and {@code speech [1]}, the highest probability, 0 if there are no steps.
 */
final class SegmentsStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(
              TensorSpec.of("probability", Datatype.FP32, "steps", 1).withSemantic("probability")),
          List.of(
              TensorSpec.of("segments", Datatype.FP32, "segments", 2).withSemantic("time/seconds"),
              TensorSpec.of("speech", Datatype.FP32, 1).withSemantic("probability")));

  private final SpeechSegments rule;

  SegmentsStage(SpeechSegments rule) {
    this.rule = rule;
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
    var probabilities = inputs.getFirst().toFloats();
    var highest = highest(probabilities);
    var segments = rule.find(probabilities);
    var bounds = new float[segments.size() * 2];
    for (var i = 0; i < segments.size(); i++) {
      bounds[2 * i] = (float) segments.get(i).start();
      bounds[2 * i + 1] = (float) segments.get(i).end();
    }
    return Outputs.closedOnFailure(
        outputs -> {
          outputs.add(context.tensors().floats(Shape.of(segments.size(), 2), bounds));
          outputs.add(context.tensors().floats(Shape.of(1), highest));
        });
  }

  private static float highest(float[] probabilities) {
    var highest = 0f;
    for (var step = 0; step < probabilities.length; step++) {
      if (!(probabilities[step] >= 0 && probabilities[step] <= 1)) {
        throw StageException.invalidInput(
            "probability", "%s at step %d".formatted(probabilities[step], step), "0 to 1");
      }
      highest = Math.max(highest, probabilities[step]);
    }
    return highest;
  }

  @Override
  public void close() {}
}
