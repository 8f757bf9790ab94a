package dev.weft.stages.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolStageTest {

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  @Test
  void averagesTheTokensThatAreNotMasked() {
    var means = pool(Map.of("normalize", false), new long[] {1, 1, 0, 1, 0, 0}, 2, 3);
    assertArrayEquals(new float[] {2, 3, 7, 8}, means);
  }

  @Test
  void scalesToLengthOne() {
    // Means (2, 3) and (7, 8), over the roots of 13 and 113.
    var embeddings = pool(Map.of(), new long[] {1, 1, 0, 1, 0, 0}, 2, 3);
    assertArrayEquals(
        new float[] {0.5547002f, 0.8320503f, 0.6585046f, 0.7525767f}, embeddings, 1e-6f);
  }

  @Test
  void takesTheFirstToken() {
    var options = Map.<String, Object>of("pooling", "cls", "normalize", false);
    assertArrayEquals(new float[] {1, 2, 7, 8}, pool(options, new long[] {1, 1, 1, 1, 1, 0}, 2, 3));
  }

  @Test
  void leavesAVectorOfZerosAsItIs() {
    var stage = StageRun.stage(new PoolFactory(), Map.of());
    var zeros = run.floats(Shape.of(1, 1, 2), 0, 0);
    var mask = run.longs(1).reshape(Shape.of(1, 1));
    assertArrayEquals(new float[] {0, 0}, run.run(stage, zeros, mask).getFirst().toFloats());
    mask.close();
  }

  @Test
  void refusesTextsWithoutTokensAndValuesThatAreNoNumbers() {
    var refusal =
        assertThrows(
            StageException.class, () -> pool(Map.of(), new long[] {1, 0, 0, 0, 0, 0}, 2, 3));
    assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
    assertTrue(refusal.toString().contains("no token of text 1"), refusal.toString());
    var stage = StageRun.stage(new PoolFactory(), Map.of());
    var mask = run.longs(1).reshape(Shape.of(1, 1));
    var nan = run.floats(Shape.of(1, 1, 2), 0, Float.NaN);
    var other = assertThrows(StageException.class, () -> run.run(stage, nan, mask));
    assertTrue(other.toString().contains("NaN or infinity in text 0"), other.toString());
    mask.close();
  }

  /** Pools [batch, tokens, 2] of 1, 2, 3 and so on. */
  private float[] pool(Map<String, Object> options, long[] mask, int batch, int tokens) {
    var values = new float[batch * tokens * 2];
    for (var i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    var stage = StageRun.stage(new PoolFactory(), options);
    var hidden = run.floats(Shape.of(batch, tokens, 2), values);
    try (var rows = run.longs(mask).reshape(Shape.of(batch, tokens))) {
      return run.run(stage, hidden, rows).getFirst().toFloats();
    }
  }
}
