package dev.weft.stages.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LevelStageTest {

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  @Test
  void measuresRootMeanSquareAndPeakInDecibelsOfFullScale() {
    assertArrayEquals(new float[] {0, 0}, level(1, -1, 1, -1));
    assertArrayEquals(new float[] {-20, -20}, level(0.1f, -0.1f), 1e-4f);
    // Squares 0.25, 0, 0, 0: their mean is 0.0625, its root 0.25.
    assertArrayEquals(new float[] {-12.0412f, -6.0206f}, level(-0.5f, 0, 0, 0), 1e-4f);
  }

  @Test
  void hasAFloorForSilenceAndForNothingAtAll() {
    assertArrayEquals(new float[] {-120, -120}, level(0, 0, 0));
    assertArrayEquals(new float[] {-120, -120}, level(1e-9f));
    assertArrayEquals(new float[] {-120, -120}, level());
  }

  @Test
  void refusesWhatIsNotANumber() {
    for (var value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      var refusal = assertThrows(StageException.class, () -> level(0, value));
      assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
    }
  }

  private float[] level(float... samples) {
    var stage = StageRun.stage(new LevelFactory(), Map.of());
    return run.run(stage, run.floats(Shape.of(samples.length), samples)).getFirst().toFloats();
  }
}
