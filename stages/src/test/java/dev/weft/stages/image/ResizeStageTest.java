package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.stages.image.ResizeRule.Size;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResizeStageTest {

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  /** Resizes grey samples and gives the first channel. */
  private int[] resize(int width, int height, int newWidth, int newHeight, int... grey) {
    var values = new int[grey.length * 3];
    for (var i = 0; i < values.length; i++) {
      values[i] = grey[i / 3] + i % 3;
    }
    var stage =
        StageRun.stage(
            new ResizeFactory(),
            Map.of("mode", "exact", "width", (long) newWidth, "height", (long) newHeight));
    var image = run.bytes(Shape.of(height, width, 3), values);
    var samples = StageRun.samples(run.run(stage, image).getFirst());
    var first = new int[samples.length / 3];
    for (var i = 0; i < first.length; i++) {
      first[i] = samples[3 * i];
      assertEquals(first[i] + 1, samples[3 * i + 1]);
      assertEquals(first[i] + 2, samples[3 * i + 2]);
    }
    return first;
  }

  @Test
  void copiesAtTheSameSize() {
    assertArrayEquals(new int[] {1, 2, 3, 4}, resize(2, 2, 2, 2, 1, 2, 3, 4));
  }

  @Test
  void interpolatesBetweenCentresWhenEnlarging() {
    // Centres at -0.25, 0.25, 0.75, 1.25 of the source.
    assertArrayEquals(new int[] {0, 25, 75, 100}, resize(2, 1, 4, 1, 0, 100));
    assertArrayEquals(new int[] {0, 25, 75, 100}, resize(1, 2, 1, 4, 0, 100));
  }

  @Test
  void averagesPairsAtAShrinkOfTwo() {
    assertArrayEquals(new int[] {50, 150}, resize(4, 1, 2, 1, 0, 100, 100, 200));
  }

  @Test
  void averagesTheWholeAreaBeyondAShrinkOfTwo() {
    assertArrayEquals(new int[] {20, 50}, resize(6, 1, 2, 1, 10, 20, 30, 40, 50, 60));
    // 5 to 2: 2.5 source pixels each, the middle one shared.
    assertArrayEquals(new int[] {16, 44}, resize(5, 1, 2, 1, 10, 10, 40, 40, 50));
    assertArrayEquals(new int[] {5}, resize(3, 3, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  }

  @Test
  void resizesEachAxisByItself() {
    assertArrayEquals(new int[] {20, 20, 50, 50}, resize(1, 6, 2, 2, 10, 20, 30, 40, 50, 60));
  }

  @Test
  void keepsAConstantPictureConstant() {
    var seed = 4711L;
    var random = new Random(seed);
    for (var round = 0; round < 200; round++) {
      var width = 1 + random.nextInt(40);
      var height = 1 + random.nextInt(40);
      var grey = new int[width * height];
      Arrays.fill(grey, 253);
      for (var sample :
          resize(width, height, 1 + random.nextInt(60), 1 + random.nextInt(60), grey)) {
        assertEquals(253, sample, "seed " + seed + ", round " + round);
      }
    }
  }

  @Test
  void keepsTheRatioAndOnlyShrinks() {
    assertEquals(new Size(960, 480), new ResizeRule.LongestSide(960, 1).sizeFor(1920, 960));
    assertEquals(new Size(480, 960), new ResizeRule.LongestSide(960, 1).sizeFor(960, 1920));
    assertEquals(new Size(100, 50), new ResizeRule.LongestSide(960, 1).sizeFor(100, 50));
    assertEquals(new Size(960, 1), new ResizeRule.LongestSide(960, 1).sizeFor(100_000, 1));
  }

  @Test
  void movesSidesToTheNearestMultiple() {
    assertEquals(new Size(96, 64), new ResizeRule.LongestSide(960, 32).sizeFor(100, 50));
    assertEquals(new Size(32, 32), new ResizeRule.LongestSide(960, 32).sizeFor(1, 1));
    assertEquals(new Size(992, 992), new ResizeRule.LongestSide(1010, 32).sizeFor(2000, 2000));
  }

  @Test
  void refusesAPictureWithoutPixels() {
    var stage = StageRun.stage(new ResizeFactory(), Map.of());
    var e =
        assertThrows(
            StageException.class,
            () -> stage.run(run, List.of(run.bytes(Shape.of(0, 5, 3), new byte[0]))));
    assertEquals(ErrorCode.INVALID_INPUT, e.code());
    assertEquals("image: UINT8[0, 5, 3] (expected: at least 1 x 1 pixels)", e.getMessage());
  }

  @Test
  void refusesOptionsThatContradict() {
    assertEquals("option 'width': 0 (expected: 1 to 16384)", refusal(Map.of("mode", "exact")));
    assertEquals(
        "option 'width': 100 (expected: a multiple of 'multipleOf', 32)",
        refusal(Map.of("mode", "exact", "width", 100L, "height", 64L, "multipleOf", 32L)));
    assertEquals(
        "option 'limit': 16 (expected: 32 to 16384)",
        refusal(Map.of("limit", 16L, "multipleOf", 32L)));
  }

  private static String refusal(Map<String, Object> options) {
    var e = assertThrows(StageException.class, () -> StageRun.stage(new ResizeFactory(), options));
    assertEquals(ErrorCode.INVALID_MANIFEST, e.code());
    return String.valueOf(e.getMessage());
  }
}
