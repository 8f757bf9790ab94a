package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnUprightStageTest {

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  private List<Tensor> turn(Tensor lines, Tensor widths, float... upsideDown) {
    var orientation = new float[upsideDown.length * 2];
    for (var i = 0; i < upsideDown.length; i++) {
      orientation[2 * i] = 1 - upsideDown[i];
      orientation[2 * i + 1] = upsideDown[i];
    }
    var stage = StageRun.stage(new TurnUprightFactory(), Map.of());
    return run.run(stage, lines, widths, run.floats(Shape.of(upsideDown.length, 2), orientation));
  }

  @Test
  void turnsOnlyTheContentOfLinesThatAreUpsideDown() {
    var lines =
        run.bytes(
            Shape.of(2, 2, 2, 3),
            // Upright, 2 wide.
            new int[] {
              1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4,
              // Upside down, 1 wide, one column of padding.
              5, 6, 7, 0, 0, 0, 8, 9, 10, 0, 0, 0
            });
    var widths = run.longs(2, 1);
    var outputs = turn(lines, widths, 0.5f, 0.95f);
    assertArrayEquals(
        new int[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 8, 9, 10, 0, 0, 0, 5, 6, 7, 0, 0, 0},
        StageRun.samples(outputs.getFirst()));
    assertFalse(outputs.getFirst().sharesMemoryWith(lines));
    assertTrue(outputs.get(1).sharesMemoryWith(widths));
  }

  @Test
  void turnsAWholeLineByHalfATurn() {
    var lines = run.bytes(Shape.of(1, 2, 2, 3), 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 6);
    assertArrayEquals(
        new int[] {4, 5, 6, 3, 3, 3, 2, 2, 2, 1, 1, 1},
        StageRun.samples(turn(lines, run.longs(2), 1).getFirst()));
  }

  @Test
  void handsOnLinesThatAreAllUpright() {
    var lines = run.bytes(Shape.of(1, 1, 2, 3), 1, 2, 3, 4, 5, 6);
    assertTrue(turn(lines, run.longs(2), 0.9f).getFirst().sharesMemoryWith(lines));
    assertTrue(turn(lines, run.longs(2), Float.NaN).getFirst().sharesMemoryWith(lines));
  }

  @Test
  void takesNoLines() {
    var lines = run.bytes(Shape.of(0, 48, 0, 3), new byte[0]);
    var outputs = turn(lines, run.longs());
    assertEquals(Shape.of(0, 48, 0, 3), outputs.getFirst().shape());
    assertEquals(Shape.of(0), outputs.get(1).shape());
  }

  @Test
  void refusesWidthsThatDoNotFitTheLines() {
    var stage = StageRun.stage(new TurnUprightFactory(), Map.of());
    var lines = run.bytes(Shape.of(1, 1, 2, 3), new byte[6]);
    var inputs = List.of(lines, run.longs(5), run.floats(Shape.of(1, 2), 0, 1));
    var e = assertThrows(StageException.class, () -> stage.run(run, inputs));
    assertEquals(ErrorCode.INVALID_INPUT, e.code());
  }
}
