package dev.weft.stages.audio;

import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Measures {@code samples}: {@code level [2]} is the root mean square and the highest absolute
 * value, each in dB of full scale (a constant 1 has 0), at least {@value #FLOOR_DECIBELS}.
 */
final class LevelStage implements Stage {

  static final float FLOOR_DECIBELS = -120;
  static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("samples", Datatype.FP32, "samples").withSemantic("audio/mono")),
          List.of(TensorSpec.of("level", Datatype.FP32, 2).withSemantic("audio/dbfs")));

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
    var samples = inputs.getFirst().segment();
    var count = inputs.getFirst().shape().dim(0);
    var squares = 0.0;
    var peak = 0.0;
    for (var i = 0L; i < count; i++) {
      double sample = samples.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      squares += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    if (!Double.isFinite(squares)) {
      throw StageException.invalidInput("samples", "NaN or infinity among them", "numbers");
    }
    var mean = count == 0 ? 0 : squares / count;
    return List.of(
        context.tensors().floats(Shape.of(2), decibels(Math.sqrt(mean)), decibels(peak)));
  }

  private static float decibels(double amplitude) {
    return (float) Math.max(FLOOR_DECIBELS, 20 * Math.log10(amplitude));
  }

  @Override
  public void close() {}
}
