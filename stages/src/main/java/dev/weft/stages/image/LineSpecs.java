package dev.weft.stages.image;

import dev.weft.stages.spi.ErrorCode;
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

  /** The widths, each checked against the lines they belong to. */
  static int[] checkedWidths(Tensor lines, Tensor widths) {
    var lineWidth = lines.shape().dim(2);
    var longs = widths.toLongs();
    var checked = new int[longs.length];
    for (var i = 0; i < longs.length; i++) {
      if (longs[i] < 0 || longs[i] > lineWidth) {
        throw new StageException(
            ErrorCode.INVALID_INPUT,
            "widths: %d at %d (expected: 0 to %d, the width of 'lines')"
                .formatted(longs[i], i, lineWidth));
      }
      checked[i] = (int) longs[i];
    }
    return checked;
  }
}
