package dev.weft.stages.image;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import java.util.BitSet;
import java.util.List;

/**
 * Turns lines of text by 180 degrees where an orientation net says that they are upside down. The
 * widths, and the lines if none has to be turned, are handed on without a copy.
 */
final class TurnUprightStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(
              LineSpecs.lines("lineHeight"),
              LineSpecs.widths(),
              TensorSpec.of("orientation", Datatype.FP32, "boxes", 2).withSemantic("probability")),
          List.of(LineSpecs.lines("lineHeight"), LineSpecs.widths()));

  private static final int CHANNELS = PixelView.CHANNELS;

  private final float threshold;

  /**
   * @param threshold probability of class 1, upside down, above which a line is turned
   */
  TurnUprightStage(float threshold) {
    this.threshold = threshold;
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
    var lines = inputs.getFirst();
    var widths = inputs.get(1);
    var content = LineSpecs.checkedWidths(lines, widths);
    var upsideDown = upsideDown(inputs.get(2).toFloats());
    if (upsideDown.isEmpty()) {
      return List.of(lines.retain(), widths.retain());
    }
    return Outputs.closedOnFailure(
        outputs -> {
          var upright = outputs.add(context.tensors().allocate(Datatype.UINT8, lines.shape()));
          upright.segment().copyFrom(lines.segment());
          upsideDown.stream().forEach(line -> turn(lines, upright, line, content[line]));
          outputs.add(widths.retain());
        });
  }

  private BitSet upsideDown(float[] orientation) {
    var upsideDown = new BitSet();
    for (var line = 0; line < orientation.length / 2; line++) {
      upsideDown.set(line, orientation[2 * line + 1] > threshold);
    }
    return upsideDown;
  }

  private static void turn(Tensor from, Tensor to, int index, int width) {
    var source = PixelView.ofLine(from, index, width);
    var target = PixelView.ofLine(to, index, width);
    var row = new byte[width * CHANNELS];
    var turned = new byte[row.length];
    for (var y = 0; y < source.height(); y++) {
      source.readRow(y, row);
      for (var x = 0; x < width; x++) {
        System.arraycopy(row, x * CHANNELS, turned, (width - 1 - x) * CHANNELS, CHANNELS);
      }
      target.writeRow(source.height() - 1 - y, turned);
    }
  }

  @Override
  public void close() {}
}
