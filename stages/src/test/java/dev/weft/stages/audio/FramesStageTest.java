package dev.weft.stages.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FramesStageTest {

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  @Test
  void carriesTheEndOfTheFrameBeforeAndFillsTheLastWithZeros() {
    var frames = frames(5, 3, 1, 2, 3, 4, 5, 6, 7);
    assertEquals(Shape.of(3, 5), frames.shape());
    assertArrayEquals(new float[] {0, 0, 1, 2, 3, 2, 3, 4, 5, 6, 5, 6, 7, 0, 0}, frames.toFloats());
  }

  @Test
  void carriesMoreThanOneFrameWhereTheHopIsShort() {
    assertArrayEquals(
        new float[] {0, 0, 0, 1, 0, 0, 1, 2, 0, 1, 2, 3}, frames(4, 1, 1, 2, 3).toFloats());
  }

  @Test
  void givesNoFramesForNoSamplesAndOneForOne() {
    assertEquals(Shape.of(0, 5), frames(5, 3).shape());
    assertArrayEquals(new float[] {0, 0, 9, 0, 0}, frames(5, 3, 9).toFloats());
    assertArrayEquals(new float[] {1, 2, 3, 4}, frames(2, 2, 1, 2, 3, 4).toFloats());
  }

  @Test
  void hasTheSizesOfSileroUnlessTold() {
    var stage = StageRun.stage(new FramesFactory(), Map.of());
    var samples = run.floats(Shape.of(16_000), new float[16_000]);
    assertEquals(Shape.of(32, 576), run.run(stage, samples).getFirst().shape());
  }

  @Test
  void refusesSizesThatDoNotGoTogether() {
    var options = Map.<String, Object>of("size", 5L, "hop", 6L);
    var refusal =
        assertThrows(StageException.class, () -> StageRun.stage(new FramesFactory(), options));
    assertEquals(ErrorCode.INVALID_MANIFEST, refusal.code());
    assertTrue(refusal.toString().contains("option 'hop': 6"), refusal.toString());
    assertThrows(
        StageException.class,
        () -> StageRun.stage(new FramesFactory(), Map.of("size", 0L, "hop", 0L)));
  }

  private Tensor frames(int size, int hop, float... samples) {
    var stage = StageRun.stage(new FramesFactory(), Map.of("size", (long) size, "hop", (long) hop));
    return run.run(stage, run.floats(Shape.of(samples.length), samples)).getFirst();
  }
}
