package dev.weft.stages.image;

import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rows of interleaved 8-bit RGB in off-heap memory, perhaps a part of a wider picture.
 *
 * @param offset of the first pixel, in bytes
 * @param rowBytes from one row to the next, in bytes
 */
record PixelView(MemorySegment segment, long offset, int width, int height, long rowBytes) {

  static final int CHANNELS = 3;

  /** Longest side of a picture that is worked on, in pixels. */
  private static final int SIDE_MAX = 1 << 20;

  /**
   * All of a {@code [height, width, 3]} tensor.
   *
   * @throws StageException INVALID_INPUT as {@link #checkSides}
   */
  static PixelView ofImage(Tensor image) {
    checkSides("image", image, 0);
    var width = image.shape().intDim(1);
    return new PixelView(
        image.segment(), 0, width, image.shape().intDim(0), (long) width * CHANNELS);
  }

  /** The left {@code width} columns of one picture of a {@code [n, height, width, 3]} tensor. */
  static PixelView ofLine(Tensor lines, int index, int width) {
    var height = lines.shape().intDim(1);
    var rowBytes = (long) lines.shape().intDim(2) * CHANNELS;
    return new PixelView(
        lines.segment(), (long) index * height * rowBytes, width, height, rowBytes);
  }

  /**
   * Checks two sides, the first at {@code axis}, which in a tensor without pixels take no memory.
   *
   * @throws StageException INVALID_INPUT if one is longer than {@value #SIDE_MAX} pixels
   */
  static void checkSides(String name, Tensor pixels, int axis) {
    if (Math.max(pixels.shape().dim(axis), pixels.shape().dim(axis + 1)) > SIDE_MAX) {
      throw StageException.invalidInput(
          name, pixels, "sides of at most %d pixels".formatted(SIDE_MAX));
    }
  }

  void readRow(int y, byte[] row) {
    MemorySegment.copy(
        segment, ValueLayout.JAVA_BYTE, offset + y * rowBytes, row, 0, width * CHANNELS);
  }

  void writeRow(int y, byte[] row) {
    MemorySegment.copy(
        row, 0, segment, ValueLayout.JAVA_BYTE, offset + y * rowBytes, width * CHANNELS);
  }
}
