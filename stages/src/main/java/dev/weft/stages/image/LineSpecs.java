package dev.weft.stages.image;

import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;

/** The pair of tensors in which lines of text travel: their pixels, and how much is content. */
final class LineSpecs {

  private LineSpecs() {}

  /** {@code UINT8 [boxes, lineHeight, lineWidth, 3]}, right of each line's width is padding. */
  static TensorSpec lines(Object lineHeight) {
    return TensorSpec.of(
            "lines", Datatype.UINT8, "boxes", lineHeight, "lineWidth", PixelView.CHANNELS)
        .withLayout("NHWC")
        .withSemantic("image/rgb");
  }

  /** {@code INT64 [boxes]}, in pixels. */
  static TensorSpec widths() {
    return TensorSpec.of("widths", Datatype.INT64, "boxes").withSemantic("image/widths");
  }

  /**
   * The widths, each checked against the lines they belong to.
   *
   * @throws StageException INVALID_INPUT for a width that does not fit, or lines without pixels
   */
  static int[] checkedWidths(Tensor lines, Tensor widths) {
    PixelView.checkSides("lines", lines, 1);
    if (lines.shape().dim(0) > 0 && lines.shape().elements() == 0) {
      throw StageException.invalidInput("lines", lines, "at least 1 x 1 pixels each");
    }
    var lineWidth = lines.shape().dim(2);
    var longs = widths.toLongs();
    var checked = new int[longs.length];
    for (var i = 0; i < longs.length; i++) {
      if (longs[i] < 0 || longs[i] > lineWidth) {
        throw StageException.invalidInput(
            "widths",
            "%d at %d".formatted(longs[i], i),
            "0 to %d, the width of 'lines'".formatted(lineWidth));
      }
      checked[i] = (int) longs[i];
    }
    return checked;
  }
}
