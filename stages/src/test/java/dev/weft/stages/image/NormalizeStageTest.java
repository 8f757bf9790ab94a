package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NormalizeStageTest {

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  private float[] normalize(Map<String, Object> options, Shape shape, int... samples) {
    var stage = StageRun.stage(new NormalizeFactory(), options);
    return run.run(stage, run.bytes(shape, samples)).getFirst().toFloats();
  }

  @Test
  void scalesToOneByDefaultInPlanesOfRedGreenBlue() {
    assertArrayEquals(
        new float[] {0, 0.2f, 0.4f, 0.6f, 0.8f, 1},
        normalize(Map.of(), Shape.of(1, 2, 3), 0, 102, 204, 51, 153, 255),
        1e-6f);
  }

  @Test
  void ordersMeanAndStdAsTheOutputChannels() {
    Map<String, Object> options =
        Map.of(
            "channelOrder",
            "bgr",
            "scale",
            1.0,
            "mean",
            List.of(1.0, 2.0, 3.0),
            "std",
            List.of(1.0, 2.0, 4.0));
    // Blue 30 - 1, green (20 - 2) / 2, red (11 - 3) / 4.
    assertArrayEquals(
        new float[] {29, 9, 2}, normalize(options, Shape.of(1, 1, 3), 11, 20, 30), 1e-6f);
  }

  @Test
  void keepsChannelsTogetherInNhwc() {
    Map<String, Object> options = Map.of("layout", "NHWC", "scale", 1.0, "channelOrder", "bgr");
    assertArrayEquals(
        new float[] {3, 2, 1, 6, 5, 4}, normalize(options, Shape.of(2, 1, 3), 1, 2, 3, 4, 5, 6), 0);
  }

  @Test
  void placesRowsWithinEachPlane() {
    assertArrayEquals(
        new float[] {1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12},
        normalize(Map.of("scale", 1.0), Shape.of(2, 2, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        0);
  }

  @Test
  void givesNothingForNothing() {
    assertEquals(0, normalize(Map.of(), Shape.of(0, 7, 3)).length);
  }

  @Test
  void refusesMeansThatAreNotOnePerChannel() {
    assertEquals(
        "option 'mean': 2 numbers (expected: 3 numbers, one per channel)",
        refusal(Map.of("mean", List.of(1.0, 2.0))));
    assertEquals(
        "option 'std': 0 (expected: numbers other than 0)",
        refusal(Map.of("std", List.of(1.0, 0.0, 1.0))));
    assertEquals(
        "option 'mean': NaN (expected: finite numbers)",
        refusal(Map.of("mean", List.of(1.0, Double.NaN, 1.0))));
  }

  private static String refusal(Map<String, Object> options) {
    var e =
        assertThrows(StageException.class, () -> StageRun.stage(new NormalizeFactory(), options));
    assertEquals(ErrorCode.INVALID_MANIFEST, e.code());
    return String.valueOf(e.getMessage());
  }
}
