package dev.weft.stages.image;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.ByteStrings;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Decodes one PNG or JPEG file into 8-bit RGB.
 *
 * <p>The header is read first, and a picture of too many pixels is refused before memory is taken
 * for it. EXIF is ignored, its orientation too: the pixels come as they are stored.
 */
final class DecodeStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("encoded", Datatype.BYTES, 1).withSemantic("image/encoded")),
          List.of(
              TensorSpec.of("image", Datatype.UINT8, "height", "width", 3)
                  .withLayout("HWC")
                  .withSemantic("image/rgb")));

  private final long maxPixels;

  DecodeStage(long maxPixels) {
    this.maxPixels = maxPixels;
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
    return List.of(PictureDecoder.decode(content(inputs.getFirst()), maxPixels, context.tensors()));
  }

  private static MemorySegment content(Tensor encoded) {
    try {
      return ByteStrings.only(encoded.segment());
    } catch (IllegalArgumentException e) {
      throw new StageException(ErrorCode.INVALID_INPUT, "encoded: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {}
}
