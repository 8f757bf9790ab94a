package dev.weft.stages.image;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts boxes out of a picture as straight lines of one height, padded with black on the right to
 * the widest of them.
 */
final class CropLinesStage implements Stage {

  private static final int CHANNELS = PixelView.CHANNELS;
  private static final int BOX_VALUES = 8;
  private static final double TALL_RATIO = 1.5;
  private static final float COORDINATE_MAX = 1e6f;

  private final int lineHeight;
  private final int maxWidth;
  private final Signature signature;

  CropLinesStage(int lineHeight, int maxWidth) {
    this.lineHeight = lineHeight;
    this.maxWidth = maxWidth;
    this.signature = signature(lineHeight);
  }

  static Signature signature(int lineHeight) {
    return new Signature(
        List.of(
            TensorSpec.of("image", Datatype.UINT8, "height", "width", CHANNELS)
                .withLayout("HWC")
                .withSemantic("image/rgb"),
            TensorSpec.of("boxes", Datatype.FP32, "boxes", 4, 2).withSemantic("image/boxes")),
        List.of(LineSpecs.lines(lineHeight), LineSpecs.widths()));
  }

  /**
   * One line to cut.
   *
   * @param corners x and y, clockwise from where the line begins
   * @param across length of the upper side, in pixels of the picture
   * @param down length of the left side
   * @param width of the line cut out, in its own pixels
   */
  private record Cut(float[] corners, double across, double down, int width) {}

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
    var image = PixelView.ofImage(inputs.getFirst());
    var cuts = cuts(inputs.get(1).toFloats());
    if (!cuts.isEmpty() && inputs.getFirst().shape().elements() == 0) {
      throw StageException.invalidInput("image", inputs.getFirst(), "at least 1 x 1 pixels");
    }
    var widths = cuts.stream().mapToLong(Cut::width).toArray();
    var widest = cuts.stream().mapToInt(Cut::width).max().orElse(0);
    var shape = Shape.of(cuts.size(), lineHeight, widest, CHANNELS);
    return Outputs.closedOnFailure(
        outputs -> {
          var lines = outputs.add(context.tensors().allocate(Datatype.UINT8, shape));
          lines.segment().fill((byte) 0);
          var cutter = new LineCutter(image);
          for (var i = 0; i < cuts.size(); i++) {
            var cut = cuts.get(i);
            var target = PixelView.ofLine(lines, i, cut.width);
            cutter.cut(new QuadMapping(cut.corners), cut.across, cut.down, target);
          }
          outputs.add(context.tensors().longs(Shape.of(cuts.size()), widths));
        });
  }

  private List<Cut> cuts(float[] boxes) {
    var cuts = new ArrayList<Cut>();
    for (var at = 0; at < boxes.length; at += BOX_VALUES) {
      var corners = new float[BOX_VALUES];
      System.arraycopy(boxes, at, corners, 0, BOX_VALUES);
      checkCorners(corners, at / BOX_VALUES);
      cuts.add(cut(corners));
    }
    return cuts;
  }

  private Cut cut(float[] corners) {
    var across = Math.max(side(corners, 0, 1), side(corners, 3, 2));
    var down = Math.max(side(corners, 0, 3), side(corners, 1, 2));
    if (down > TALL_RATIO * across) {
      return new Cut(turned(corners), down, across, width(down, across));
    }
    return new Cut(corners, across, down, width(across, down));
  }

  private int width(double across, double down) {
    return (int) Math.clamp(Math.ceil(lineHeight * across / Math.max(down, 1e-3)), 1, maxWidth);
  }

  /** The same box, begun at its second corner: its right side becomes the upper one. */
  private static float[] turned(float[] corners) {
    var turned = new float[BOX_VALUES];
    System.arraycopy(corners, 2, turned, 0, BOX_VALUES - 2);
    System.arraycopy(corners, 0, turned, BOX_VALUES - 2, 2);
    return turned;
  }

  private static double side(float[] corners, int from, int to) {
    return Math.hypot(
        corners[2 * to] - corners[2 * from], corners[2 * to + 1] - corners[2 * from + 1]);
  }

  private static void checkCorners(float[] corners, int index) {
    for (var value : corners) {
      if (!(Math.abs(value) <= COORDINATE_MAX)) {
        throw StageException.invalidInput(
            "boxes",
            "%s in box %d".formatted(value, index),
            "coordinates of at most %s pixels".formatted(COORDINATE_MAX));
      }
    }
  }

  @Override
  public void close() {}
}
