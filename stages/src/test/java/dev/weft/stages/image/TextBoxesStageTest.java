package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TextBoxesStageTest {

  private static final int WIDTH = 100;
  private static final int HEIGHT = 60;

  private final StageRun run = new StageRun();
  private final float[] map = new float[WIDTH * HEIGHT];

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  private void fill(int left, int top, int width, int height, float probability) {
    for (var y = top; y < top + height; y++) {
      Arrays.fill(map, y * WIDTH + left, y * WIDTH + left + width, probability);
    }
  }

  /** Boxes in a picture twice as wide and three times as high as the map. */
  private List<Tensor> boxes(Map<String, Object> options) {
    var stage = StageRun.stage(new TextBoxesFactory(), options);
    var image = run.bytes(Shape.of(3 * HEIGHT, 2 * WIDTH, 3), new byte[0]);
    return run.run(stage, run.floats(Shape.of(1, 1, HEIGHT, WIDTH), map), image);
  }

  @Test
  void boxesARegionInPixelsOfThePicture() {
    fill(10, 20, 30, 10, 0.8f);
    var outputs = boxes(Map.of("unclipRatio", 0.0));
    assertArrayEquals(
        new float[] {20, 60, 80, 60, 80, 90, 20, 90}, outputs.getFirst().toFloats(), 1e-3f);
    assertArrayEquals(new float[] {0.8f}, outputs.get(1).toFloats(), 1e-6f);
  }

  @Test
  void growsBoxesByAreaTimesRatioOverPerimeter() {
    fill(20, 20, 30, 10, 0.8f);
    // 300 * 2 / 80 = 7.5 cells on each side.
    assertArrayEquals(
        new float[] {25, 37.5f, 115, 37.5f, 115, 112.5f, 25, 112.5f},
        boxes(Map.of("unclipRatio", 2.0)).getFirst().toFloats(),
        1e-3f);
  }

  @Test
  void keepsCornersInsideThePicture() {
    fill(0, 0, 30, 10, 0.8f);
    var corners = boxes(Map.of("unclipRatio", 2.0)).getFirst().toFloats();
    assertArrayEquals(new float[] {0, 0, 75, 0, 75, 52.5f, 0, 52.5f}, corners, 1e-3f);
  }

  @Test
  void dropsWeakAndThinRegions() {
    fill(10, 5, 30, 10, 0.59f);
    fill(10, 25, 30, 2, 0.9f);
    fill(10, 45, 30, 10, 0.3f);
    assertEquals(Shape.of(0, 4, 2), boxes(Map.of()).getFirst().shape());
    assertEquals(1, boxes(Map.of("boxThreshold", 0.5)).getFirst().shape().dim(0));
    assertEquals(1, boxes(Map.of("minSidePixels", 2L)).getFirst().shape().dim(0));
    Map<String, Object> lenient = Map.of("threshold", 0.2, "boxThreshold", 0.2);
    assertEquals(2, boxes(lenient).getFirst().shape().dim(0));
  }

  @Test
  void sortsRowsDownwardsAndEachFromTheLeft() {
    fill(60, 12, 30, 10, 0.7f);
    fill(10, 9, 30, 10, 0.8f);
    fill(10, 40, 30, 10, 0.9f);
    fill(60, 38, 30, 10, 1.0f);
    assertArrayEquals(
        new float[] {0.8f, 0.7f, 0.9f, 1.0f}, boxes(Map.of()).get(1).toFloats(), 1e-6f);
  }

  @Test
  void keepsTheBestOfTooMany() {
    fill(10, 5, 30, 10, 0.7f);
    fill(10, 25, 30, 10, 0.9f);
    fill(10, 45, 30, 10, 0.8f);
    assertArrayEquals(
        new float[] {0.9f, 0.8f}, boxes(Map.of("maxBoxes", 2L)).get(1).toFloats(), 1e-6f);
  }

  @Test
  void followsASlantedLine() {
    // A band 6 cells high that sinks by one cell every ten: 5.7 degrees.
    for (var x = 5; x < 85; x++) {
      fill(x, 15 + x / 10, 1, 6, 0.9f);
    }
    var box = boxes(Map.of("unclipRatio", 0.0)).getFirst().toFloats();
    var across = Math.toDegrees(Math.atan2((box[3] - box[1]) / 3, (box[2] - box[0]) / 2));
    assertEquals(5.7, across, 0.8);
    assertTrue(box[0] < box[2] && box[1] < box[5] && box[6] < box[4], Arrays.toString(box));
  }

  @Test
  void findsNothingInAnEmptyMapNoiseOrNan() {
    assertEquals(0, boxes(Map.of()).get(1).shape().dim(0));
    Arrays.fill(map, Float.NaN);
    assertEquals(0, boxes(Map.of()).get(1).shape().dim(0));
    var seed = 99L;
    var random = new Random(seed);
    for (var i = 0; i < map.length; i++) {
      map[i] = random.nextInt(12) == 0 ? 0.9f : 0.1f;
    }
    assertEquals(0, boxes(Map.of()).get(1).shape().dim(0), "seed " + seed);
  }

  @Test
  void takesAMapWithoutCells() {
    var stage = StageRun.stage(new TextBoxesFactory(), Map.of());
    var image = run.bytes(Shape.of(1, 1, 3), 0, 0, 0);
    var outputs = run.run(stage, run.floats(Shape.of(1, 1, 0, 5)), image);
    assertEquals(Shape.of(0, 4, 2), outputs.getFirst().shape());
    assertEquals(Shape.of(0), outputs.get(1).shape());
  }

  @Test
  void refusesThresholdsThatAreNoProbabilities() {
    var e =
        assertThrows(
            StageException.class,
            () -> StageRun.stage(new TextBoxesFactory(), Map.of("threshold", 1.5)));
    assertEquals(ErrorCode.INVALID_MANIFEST, e.code());
    assertEquals("option 'threshold': 1.5 (expected: 0.0 to 1.0)", e.getMessage());
  }
}
