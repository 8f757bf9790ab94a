package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CropLinesStageTest {

  private static final int WIDTH = 8;
  private static final int HEIGHT = 6;

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  private static Stage stage(int lineHeight, int maxWidth) {
    return StageRun.stage(
        new CropLinesFactory(),
        Map.of("lineHeight", (long) lineHeight, "maxWidth", (long) maxWidth));
  }

  /** Red is ten times the column, green ten times the row, blue 7. */
  private Tensor image() {
    var samples = new int[WIDTH * HEIGHT * 3];
    for (var i = 0; i < WIDTH * HEIGHT; i++) {
      samples[3 * i] = i % WIDTH * 10;
      samples[3 * i + 1] = i / WIDTH * 10;
      samples[3 * i + 2] = 7;
    }
    return run.bytes(Shape.of(HEIGHT, WIDTH, 3), samples);
  }

  private List<Tensor> crop(Stage stage, float... corners) {
    return run.run(stage, image(), run.floats(Shape.of(corners.length / 8, 4, 2), corners));
  }

  @Test
  void cutsAnUprightBoxPixelByPixel() {
    var outputs = crop(stage(2, 99), 1, 1, 4, 1, 4, 3, 1, 3);
    assertEquals(Shape.of(1, 2, 3, 3), outputs.getFirst().shape());
    assertArrayEquals(
        new int[] {10, 10, 7, 20, 10, 7, 30, 10, 7, 10, 20, 7, 20, 20, 7, 30, 20, 7},
        StageRun.samples(outputs.getFirst()));
    assertArrayEquals(new long[] {3}, outputs.get(1).toLongs());
  }

  @Test
  void turnsATallBoxSoThatItReadsDownwards() {
    // One column wide, four rows high: the line runs down the picture.
    var outputs = crop(stage(1, 99), 2, 1, 3, 1, 3, 5, 2, 5);
    assertArrayEquals(
        new int[] {20, 10, 7, 20, 20, 7, 20, 30, 7, 20, 40, 7},
        StageRun.samples(outputs.getFirst()));
  }

  @Test
  void straightensABoxThatStandsOnItsHead() {
    var outputs = crop(stage(1, 99), 4, 2, 1, 2, 1, 1, 4, 1);
    assertArrayEquals(
        new int[] {30, 10, 7, 20, 10, 7, 10, 10, 7}, StageRun.samples(outputs.getFirst()));
  }

  @Test
  void padsToTheWidestWithBlack() {
    var outputs = crop(stage(1, 99), 0, 0, 3, 0, 3, 1, 0, 1, 5, 5, 6, 5, 6, 6, 5, 6);
    assertEquals(Shape.of(2, 1, 3, 3), outputs.getFirst().shape());
    assertArrayEquals(new long[] {3, 1}, outputs.get(1).toLongs());
    assertArrayEquals(
        new int[] {0, 0, 7, 10, 0, 7, 20, 0, 7, 50, 50, 7, 0, 0, 0, 0, 0, 0},
        StageRun.samples(outputs.getFirst()));
  }

  @Test
  void averagesWhenShrinkingAndBoundsTheWidth() {
    // 8 x 2 pixels into 2 x 1: columns 0 to 3 and 4 to 7, rows 0 and 1.
    var outputs = crop(stage(1, 2), 0, 0, 8, 0, 8, 2, 0, 2);
    assertArrayEquals(new int[] {15, 5, 7, 55, 5, 7}, StageRun.samples(outputs.getFirst()));
  }

  @Test
  void repeatsTheBorderOutsideThePicture() {
    var outputs = crop(stage(1, 99), -2, 0, 2, 0, 2, 1, -2, 1);
    assertArrayEquals(
        new int[] {0, 0, 7, 0, 0, 7, 0, 0, 7, 10, 0, 7}, StageRun.samples(outputs.getFirst()));
  }

  @Test
  void mapsAPerspectiveByItsCornersAndDiagonals() {
    var quad = new QuadMapping(new float[] {0, 0, 10, 2, 10, 8, 0, 10});
    assertEquals(0, quad.x(0, 0), 1e-9);
    assertEquals(10, quad.x(1, 0), 1e-9);
    assertEquals(2, quad.y(1, 0), 1e-9);
    assertEquals(8, quad.y(1, 1), 1e-9);
    assertEquals(10, quad.y(0, 1), 1e-9);
    // The centre lies where the diagonals (0,0)-(10,8) and (10,2)-(0,10) cross.
    assertEquals(6.25, quad.x(0.5, 0.5), 1e-9);
    assertEquals(5, quad.y(0.5, 0.5), 1e-9);
  }

  @Test
  void takesADegenerateBox() {
    var outputs = crop(stage(2, 5), 3, 3, 3, 3, 3, 3, 3, 3);
    assertEquals(1, outputs.get(1).toLongs()[0]);
  }

  @Test
  void givesNoLinesForNoBoxes() {
    var outputs = run.run(stage(48, 960), image(), run.floats(Shape.of(0, 4, 2)));
    assertEquals(Shape.of(0, 48, 0, 3), outputs.getFirst().shape());
    assertEquals(Shape.of(0), outputs.get(1).shape());
    var empty = run.bytes(Shape.of(0, 0, 3), new byte[0]);
    assertEquals(0, run.run(stage(48, 960), empty, run.floats(Shape.of(0, 4, 2))).size() - 2);
  }

  @Test
  void refusesCornersThatAreNoPlaces() {
    var boxes = run.floats(Shape.of(1, 4, 2), 0, 0, 1, 0, 1, Float.NaN, 0, 1);
    var e = assertThrows(StageException.class, () -> stage(2, 9).run(run, List.of(image(), boxes)));
    assertEquals(ErrorCode.INVALID_INPUT, e.code());
    assertEquals(
        "boxes: NaN in box 0 (expected: coordinates of at most 1000000.0 pixels)", e.getMessage());
  }

  @Test
  void refusesBoxesOnAPictureWithoutPixels() {
    var boxes = run.floats(Shape.of(1, 4, 2), 0, 0, 1, 0, 1, 1, 0, 1);
    var image = run.bytes(Shape.of(0, 4, 3), new byte[0]);
    var e = assertThrows(StageException.class, () -> stage(2, 9).run(run, List.of(image, boxes)));
    assertEquals("image: UINT8[0, 4, 3] (expected: at least 1 x 1 pixels)", e.getMessage());
  }
}
