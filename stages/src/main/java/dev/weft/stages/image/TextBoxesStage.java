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
import java.util.Comparator;
import java.util.List;

/**
 * Finds boxes of text in the probability map of a detection net.
 *
 * <p>Source: Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", AAAI
 * 2020, section "Label Generation" and "Inference": regions above a threshold are boxed, judged by
 * their mean probability, and grown by {@code area * unclipRatio / perimeter}, since the net is
 * trained on shrunk text.
 */
final class TextBoxesStage implements Stage {

  static final Signature SIGNATURE =
      new Signature(
          List.of(
              TensorSpec.of("probability", Datatype.FP32, 1, 1, "mapHeight", "mapWidth"),
              TensorSpec.of("image", Datatype.UINT8, "height", "width", 3)
                  .withLayout("HWC")
                  .withSemantic("image/rgb")),
          List.of(
              TensorSpec.of("boxes", Datatype.FP32, "boxes", 4, 2).withSemantic("image/boxes"),
              TensorSpec.of("scores", Datatype.FP32, "boxes").withSemantic("probability")));

  private static final int CELLS_MAX = 1 << 28;
  private static final int CORNERS = 4;

  /**
   * What counts as text.
   *
   * @param threshold probability a cell must be above
   * @param boxThreshold mean probability a box must reach
   * @param unclipRatio how far boxes are grown
   * @param maxBoxes the most boxes given; of more, those with the highest scores
   * @param minSidePixels shortest side of a box before it is grown, in cells of the map
   */
  record Limits(
      float threshold, float boxThreshold, float unclipRatio, int maxBoxes, int minSidePixels) {}

  private final Limits limits;

  TextBoxesStage(Limits limits) {
    this.limits = limits;
  }

  private record Scored(RotatedBox box, float score) {}

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
    var shape = inputs.getFirst().shape();
    if (shape.elements() > CELLS_MAX) {
      throw StageException.invalidInput(
          "probability", shape, "at most %d cells".formatted(CELLS_MAX));
    }
    var mapHeight = shape.intDim(2);
    var mapWidth = shape.intDim(3);
    var image = inputs.get(1).shape();
    var found = find(inputs.getFirst().toFloats(), mapWidth, mapHeight);
    var corners = corners(found, mapWidth, mapHeight, image);
    return Outputs.closedOnFailure(
        outputs -> {
          outputs.add(context.tensors().floats(Shape.of(found.size(), CORNERS, 2), corners));
          outputs.add(context.tensors().floats(Shape.of(found.size()), scores(found)));
        });
  }

  private List<Scored> find(float[] map, int width, int height) {
    if (map.length == 0) {
      return List.of();
    }
    var best =
        TextRegions.find(map, width, height, limits.threshold, limits.minSidePixels).stream()
            .filter(box -> box.minSide() >= limits.minSidePixels)
            .map(box -> new Scored(box, meanInside(box, map, width, height)))
            .filter(scored -> scored.score >= limits.boxThreshold)
            .sorted(Comparator.comparingDouble(Scored::score).reversed())
            .limit(limits.maxBoxes)
            .toList();
    return ReadingOrder.of(best, Scored::box).stream()
        .map(scored -> new Scored(grown(scored.box), scored.score))
        .toList();
  }

  private RotatedBox grown(RotatedBox box) {
    var perimeter = 2 * (box.width() + box.height());
    return box.grownBy(box.width() * box.height() * limits.unclipRatio / perimeter);
  }

  /** Mean of the cells whose centre lies in {@code box}; 0 if there is none. */
  private static float meanInside(RotatedBox box, float[] map, int width, int height) {
    var left = Math.max(0, (int) (box.centerX() - box.reachX()));
    var right = Math.min(width - 1, (int) (box.centerX() + box.reachX()));
    var top = Math.max(0, (int) (box.centerY() - box.reachY()));
    var bottom = Math.min(height - 1, (int) (box.centerY() + box.reachY()));
    var sum = 0.0;
    var cells = 0;
    for (var y = top; y <= bottom; y++) {
      for (var x = left; x <= right; x++) {
        if (box.contains(x + 0.5, y + 0.5)) {
          sum += map[y * width + x];
          cells++;
        }
      }
    }
    return cells == 0 ? 0 : (float) (sum / cells);
  }

  /** Scaled from cells to pixels of the picture, and kept inside it. */
  private static float[] corners(List<Scored> found, int mapWidth, int mapHeight, Shape image) {
    var height = (double) image.dim(0);
    var width = (double) image.dim(1);
    var values = new float[found.size() * CORNERS * 2];
    var at = 0;
    for (var scored : found) {
      for (var corner = 0; corner < CORNERS; corner++) {
        values[at++] = (float) Math.clamp(scored.box.cornerX(corner) * width / mapWidth, 0, width);
        values[at++] =
            (float) Math.clamp(scored.box.cornerY(corner) * height / mapHeight, 0, height);
      }
    }
    return values;
  }

  private static float[] scores(List<Scored> found) {
    var values = new float[found.size()];
    for (var i = 0; i < values.length; i++) {
      values[i] = found.get(i).score;
    }
    return values;
  }

  @Override
  public void close() {}
}
