package dev.weft.stages.image;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
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
  public List<Tensor> run(RunContext context, List<Tensor> inputs) {
    var encoded = content(inputs.getFirst());
    return List.of(PictureDecoder.decode(encoded, maxPixels, context.tensors()));
  }

  /** The bytes of the only element, without its length. */
  private static MemorySegment content(Tensor encoded) {
    var segment = encoded.segment();
    var length = segment.byteSize() < Integer.BYTES ? -1 : encoded.buffer().getInt(0);
    if (length != segment.byteSize() - Integer.BYTES) {
      throw new StageException(
          ErrorCode.INVALID_INPUT,
          "encoded: element of length %d in %d bytes (expected: a length and that many bytes)"
              .formatted(length, segment.byteSize()));
    }
    return segment.asSlice(Integer.BYTES);
  }

  @Override
  public void close() {}
}
