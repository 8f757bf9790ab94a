package dev.weft.stages.audio;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.ByteStrings;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;

/**
 * Decodes one WAV file: {@code samples [frames, channels]} in [-1, 1] and the sample rate in hertz.
 *
 * <p>Integer samples are divided by their type's range; float samples are clipped, and NaN among
 * them is refused.
 */
final class DecodeStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("encoded", Datatype.BYTES, 1).withSemantic("audio/wav")),
          List.of(
              TensorSpec.of("samples", Datatype.FP32, "frames", "channels")
                  .withSemantic("audio/samples"),
              TensorSpec.of("sampleRate", Datatype.INT64, 1)));

  private final double maxSeconds;

  DecodeStage(double maxSeconds) {
    this.maxSeconds = maxSeconds;
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
    var wav = parse(inputs.getFirst());
    var frames = wav.frames();
    if (frames == 0) {
      throw invalid("no samples (expected: a recording)");
    }
    if (frames > maxSeconds * wav.sampleRate()) {
      throw invalid(
          String.format(
              Locale.ROOT,
              "%.3f seconds (expected: <= %s, option 'maxSeconds')",
              (double) frames / wav.sampleRate(),
              maxSeconds));
    }
    return Outputs.closedOnFailure(
        outputs -> {
          var samples =
              outputs.add(
                  context.tensors().allocate(Datatype.FP32, Shape.of(frames, wav.channels())));
          decode(wav, samples.segment());
          outputs.add(context.tensors().longs(Shape.of(1), wav.sampleRate()));
        });
  }

  private static void decode(WavFile wav, MemorySegment samples) {
    var count = wav.frames() * wav.channels();
    for (var i = 0L; i < count; i++) {
      var sample = wav.sample(i);
      if (Float.isNaN(sample)) {
        throw invalid("sample %d: NaN (expected: a number)".formatted(i));
      }
      samples.setAtIndex(ValueLayout.JAVA_FLOAT, i, sample);
    }
  }

  private static WavFile parse(Tensor encoded) {
    try {
      return WavFile.parse(ByteStrings.only(encoded.segment()));
    } catch (IllegalArgumentException e) {
      throw new StageException(ErrorCode.INVALID_INPUT, "encoded: " + e.getMessage(), e);
    }
  }

  private static StageException invalid(String message) {
    return new StageException(ErrorCode.INVALID_INPUT, "encoded: " + message);
  }

  @Override
  public void close() {}
}
