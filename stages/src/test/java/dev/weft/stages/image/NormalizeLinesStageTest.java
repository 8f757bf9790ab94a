package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NormalizeLinesStageTest {

  private static final Map<String, Object> RAW =
      Map.of("scale", 1.0, "mean", List.of(0.0, 0.0, 0.0), "std", List.of(1.0, 1.0, 1.0));

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  private Tensor normalize(Map<String, Object> options, Tensor lines, long... widths) {
    var stage = StageRun.stage(new NormalizeLinesFactory(), options);
    return run.run(stage, lines, run.longs(widths)).getFirst();
  }

  private static Map<String, Object> raw(String name, Object value) {
    var options = new HashMap<>(RAW);
    options.put(name, value);
    return options;
  }

  @Test
  void padsWithZeroAfterScalingAndGivesBlueFirst() {
    var lines = run.bytes(Shape.of(1, 1, 2, 3), 0, 255, 255, 9, 9, 9);
    var pixels = normalize(Map.of("width", 3L), lines, 1);
    assertEquals(Shape.of(1, 3, 1, 3), pixels.shape());
    assertArrayEquals(new float[] {1, 0, 0, 1, 0, 0, -1, 0, 0}, pixels.toFloats(), 1e-6f);
  }

  @Test
  void placesRowsAndLines() {
    var lines = run.bytes(Shape.of(2, 2, 1, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    var pixels = normalize(new HashMap<>(raw("width", 1L)), lines, 1, 1);
    assertArrayEquals(new float[] {3, 6, 2, 5, 1, 4, 9, 12, 8, 11, 7, 10}, pixels.toFloats(), 0);
  }

  @Test
  void squeezesALineWiderThanTheFixedWidth() {
    var lines = run.bytes(Shape.of(1, 1, 4, 3), 0, 0, 0, 10, 10, 10, 20, 20, 20, 30, 30, 30);
    assertArrayEquals(
        new float[] {5, 25, 5, 25, 5, 25}, normalize(raw("width", 2L), lines, 4).toFloats(), 0);
  }

  @Test
  void cutsALineWiderThanTheFixedWidthWhenAsked() {
    var lines = run.bytes(Shape.of(1, 1, 4, 3), 0, 0, 0, 10, 10, 10, 20, 20, 20, 30, 30, 30);
    var options = new HashMap<>(raw("width", 2L));
    options.put("overflow", "cut");
    assertArrayEquals(
        new float[] {0, 10, 0, 10, 0, 10}, normalize(options, lines, 4).toFloats(), 0);
  }

  @Test
  void choosesAWidthFromTheWidestLine() {
    var lines = run.bytes(Shape.of(2, 1, 300, 3), new byte[1800]);
    assertEquals(Shape.of(2, 3, 1, 160), normalize(RAW, lines, 3, 100).shape());
    assertEquals(Shape.of(2, 3, 1, 168), normalize(RAW, lines, 161, 100).shape());
    assertEquals(Shape.of(2, 3, 1, 304), normalize(RAW, lines, 0, 300).shape());
  }

  @Test
  void givesNoPixelsForNoLines() {
    var lines = run.bytes(Shape.of(0, 48, 0, 3), new byte[0]);
    assertEquals(Shape.of(0, 3, 48, 160), normalize(Map.of(), lines).shape());
    assertEquals(Shape.of(0, 3, 48, 192), normalize(Map.of("width", 192L), lines).shape());
  }

  @Test
  void refusesWidthsThatDoNotFitTheLines() {
    var stage = StageRun.stage(new NormalizeLinesFactory(), Map.of());
    var lines = run.bytes(Shape.of(1, 1, 2, 3), new byte[6]);
    for (var width : new long[] {-1, 3, Long.MAX_VALUE}) {
      var widths = run.longs(width);
      var e = assertThrows(StageException.class, () -> stage.run(run, List.of(lines, widths)));
      assertEquals(ErrorCode.INVALID_INPUT, e.code());
      assertEquals(
          "widths: %d at 0 (expected: 0 to 2, the width of 'lines')".formatted(width),
          e.getMessage());
    }
  }
}
