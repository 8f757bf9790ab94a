package dev.weft.stages.audio;

import dev.weft.stages.spi.ErrorCode;
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
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Mixes {@code samples [frames, channels]} to the mean of the channels and brings it to one rate.
 *
 * <p>A recording of one channel at that rate already is handed on without a copy. Otherwise it is
 * filtered by {@link ResamplingFilter}; the filter of the last rate seen is kept.
 */
final class ResampleStage implements Stage {

  static final int RATE_MIN = 1_000;
  static final Signature SIGNATURE =
      new Signature(
          List.of(
              TensorSpec.of("samples", Datatype.FP32, "frames", "channels")
                  .withSemantic("audio/samples"),
              TensorSpec.of("sampleRate", Datatype.INT64, 1)),
          List.of(TensorSpec.of("samples", Datatype.FP32, "samples").withSemantic("audio/mono")));

  private final int sampleRate;
  private final AtomicReference<ResamplingFilter> lastFilter;

  ResampleStage(int sampleRate) {
    this.sampleRate = sampleRate;
    this.lastFilter = new AtomicReference<>(ResamplingFilter.of(sampleRate, sampleRate));
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
    var samples = inputs.get(0);
    var sourceRate = inputs.get(1).segment().get(ValueLayout.JAVA_LONG, 0);
    if (sourceRate < RATE_MIN || sourceRate > WavFile.SAMPLE_RATE_MAX) {
      throw StageException.invalidInput(
          "sampleRate", sourceRate, "%d to %d".formatted(RATE_MIN, WavFile.SAMPLE_RATE_MAX));
    }
    if (samples.shape().dim(1) == 0) {
      throw StageException.invalidInput("samples", samples, "at least one channel");
    }
    if (sourceRate == sampleRate && samples.shape().dim(1) == 1) {
      return List.of(samples.reshape(Shape.of(samples.shape().dim(0))));
    }
    var mono = mono(samples);
    if (sourceRate == sampleRate) {
      return List.of(context.tensors().floats(Shape.of(mono.length), mono));
    }
    var filter = filter((int) sourceRate);
    var count = filter.outputs(mono.length);
    return Outputs.closedOnFailure(
        outputs -> {
          var target =
              outputs.add(context.tensors().allocate(Datatype.FP32, Shape.of(count))).segment();
          for (var i = 0L; i < count; i++) {
            target.setAtIndex(ValueLayout.JAVA_FLOAT, i, filter.output(mono, i));
          }
        });
  }

  private ResamplingFilter filter(int sourceRate) {
    var last = lastFilter.get();
    if (last.fits(sourceRate, sampleRate)) {
      return last;
    }
    try {
      var made = ResamplingFilter.of(sourceRate, sampleRate);
      lastFilter.set(made);
      return made;
    } catch (IllegalArgumentException e) {
      throw new StageException(ErrorCode.INVALID_INPUT, String.valueOf(e.getMessage()), e);
    }
  }

  private static float[] mono(Tensor samples) {
    var frames = samples.shape().intDim(0);
    var channels = samples.shape().dim(1);
    var source = samples.segment();
    var mono = new float[frames];
    for (var frame = 0; frame < frames; frame++) {
      var sum = 0f;
      for (var channel = 0L; channel < channels; channel++) {
        sum += source.getAtIndex(ValueLayout.JAVA_FLOAT, frame * channels + channel);
      }
      mono[frame] = sum / channels;
    }
    return mono;
  }

  @Override
  public void close() {}
}
