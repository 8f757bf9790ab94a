package dev.weft.stages.image;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.lang.foreign.MemorySegment;

/** Decodes PNG and JPEG files in memory into 8-bit RGB. */
public final class PictureDecoder {

  /** Largest picture taken unless told otherwise, in pixels. */
  public static final long PIXELS_MAX = 25_000_000;

  private PictureDecoder() {}

  /**
   * The picture as {@code UINT8[height, width, 3]}; the caller owns it.
   *
   * @param maxPixels a picture of more is refused by its header, before memory is taken for it
   * @throws StageException INVALID_INPUT, about a value named {@code encoded}
   */
  public static Tensor decode(MemorySegment content, long maxPixels, TensorAllocator tensors) {
    try (var file = PictureFile.open(content)) {
      var width = file.width();
      var height = file.height();
      if ((long) width * height > maxPixels) {
        throw new StageException(
            ErrorCode.INVALID_INPUT,
            "encoded: %s of %d x %d = %d pixels (expected: <= %d, option 'maxPixels')"
                .formatted(file.format(), width, height, (long) width * height, maxPixels));
      }
      var pixels = file.pixels();
      var shape = Shape.of(pixels.getHeight(), pixels.getWidth(), 3);
      return Outputs.closedOnFailure(
              outputs ->
                  RgbRaster.write(
                      pixels, outputs.add(tensors.allocate(Datatype.UINT8, shape)).segment()))
          .getFirst();
    }
  }
}
