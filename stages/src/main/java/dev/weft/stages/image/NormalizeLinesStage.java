package dev.weft.stages.image;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Turns lines of text into a recognition or orientation net's input: scaled floats, padded with 0
 * on the right; of a line wider than a fixed width either all is squeezed into it or the left part
 * is taken.
 */
final class NormalizeLinesStage implements Stage {

  /** What happens to a line wider than the output. */
  enum Overflow {
    SQUEEZE,
    CUT
  }

  private static final int CHANNELS = PixelView.CHANNELS;
  private static final int WIDTH_MIN = 160;
  private static final int WIDTH_STEP = 8;

  private final int fixedWidth;
  private final Overflow overflow;
  private final ChannelScaling scaling;
  private final Signature signature;

  /**
   * @param fixedWidth of the output in pixels; 0 for the widest line rounded up to a multiple of 8
   *     and at least 160
   */
  NormalizeLinesStage(int fixedWidth, Overflow overflow, ChannelScaling scaling) {
    this.fixedWidth = fixedWidth;
    this.overflow = overflow;
    this.scaling = scaling;
    this.signature = signature(fixedWidth);
  }

  static Signature signature(int fixedWidth) {
    Object width = fixedWidth == 0 ? "pixelWidth" : (Object) fixedWidth;
    return new Signature(
        List.of(LineSpecs.lines("lineHeight"), LineSpecs.widths()),
        List.of(
            TensorSpec.of("pixels", Datatype.FP32, "boxes", CHANNELS, "lineHeight", width)
                .withLayout("NCHW")));
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public boolean endsSoon() {
    return true;
  }

  @Override
  public List<Tensor> run(RunContext context, List<Tensor> inputs) {
    var lines = inputs.getFirst();
    var widths = LineSpecs.checkedWidths(lines, inputs.get(1));
    var width = fixedWidth == 0 ? widthFor(widths) : fixedWidth;
    var shape = Shape.of(widths.length, CHANNELS, lines.shape().dim(1), width);
    return Outputs.closedOnFailure(
        outputs -> {
          var pixels = outputs.add(context.tensors().allocate(Datatype.FP32, shape));
          for (var i = 0; i < widths.length; i++) {
            write(lines, i, widths[i], pixels, width);
          }
        });
  }

  private static int widthFor(int[] widths) {
    var widest = Arrays.stream(widths).max().orElse(0);
    return Math.max(WIDTH_MIN, Math.ceilDiv(widest, WIDTH_STEP) * WIDTH_STEP);
  }

  private void write(Tensor lines, int index, int content, Tensor pixels, int width) {
    var taken = overflow == Overflow.CUT ? Math.min(content, width) : content;
    var line = PixelView.ofLine(lines, index, taken);
    if (taken <= width) {
      writePlanes(line, index, pixels.segment(), width);
      return;
    }
    try (var arena = Arena.ofConfined()) {
      var rowBytes = (long) width * CHANNELS;
      var squeezed =
          new PixelView(
              arena.allocate(rowBytes * line.height()), 0, width, line.height(), rowBytes);
      Resampler.resize(line, squeezed);
      writePlanes(squeezed, index, pixels.segment(), width);
    }
  }

  private void writePlanes(PixelView line, int index, MemorySegment pixels, int width) {
    var row = new byte[line.width() * CHANNELS];
    var floats = new float[width];
    for (var y = 0; y < line.height(); y++) {
      line.readRow(y, row);
      for (var channel = 0; channel < CHANNELS; channel++) {
        scaling.scale(row, line.width(), channel, floats, 0, 1);
        var at = (((long) index * CHANNELS + channel) * line.height() + y) * width;
        MemorySegment.copy(floats, 0, pixels, ValueLayout.JAVA_FLOAT, at * Float.BYTES, width);
      }
    }
  }

  @Override
  public void close() {}
}
