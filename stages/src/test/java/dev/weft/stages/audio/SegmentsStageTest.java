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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SegmentsStageTest {

  /** Steps of a tenth of a second, so that places can be read off. */
  private static final Map<String, Object> TENTHS =
      Map.of(
          "hopSeconds", 0.1, "minSpeechSeconds", 0.15, "minSilenceSeconds", 0.2, "padSeconds", 0.1);

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  @Test
  void findsSpeechWithItsPaddingAndTheHighestProbability() {
    var outputs = segments(TENTHS, 0, 0, .9f, .8f, .6f, 0, 0, 0);
    assertArrayEquals(new float[] {.1f, .6f}, outputs.get(0).toFloats(), 1e-6f);
    assertArrayEquals(new float[] {.9f}, outputs.get(1).toFloats());
  }

  @Test
  void endsOnlyAfterALongEnoughSilenceUnderTheNegativeThreshold() {
    assertArrayEquals(
        new float[] {0, .9f},
        segments(TENTHS, .9f, .9f, 0, .9f, .9f, .4f, .4f, .4f, 0).get(0).toFloats(),
        1e-6f);
    assertArrayEquals(
        new float[] {0, .3f, .4f, .7f},
        segments(TENTHS, .9f, .9f, 0, 0, 0, .9f, .9f).get(0).toFloats(),
        1e-6f);
  }

  @Test
  void sharesAGapThatIsShorterThanTwoPads() {
    var wide =
        Map.<String, Object>of(
            "hopSeconds", 0.1, "minSpeechSeconds", 0, "minSilenceSeconds", 0.2, "padSeconds", 0.2);
    assertArrayEquals(
        new float[] {.2f, .75f, .75f, 1.3f},
        segments(wide, 0, 0, 0, 0, .9f, .9f, 0, 0, 0, .9f, .9f, 0, 0, 0, 0).get(0).toFloats(),
        1e-6f);
  }

  @Test
  void dropsSpeechThatIsTooShortAndKeepsSpeechThatRunsToTheEnd() {
    assertEquals(Shape.of(0, 2), segments(TENTHS, 0, .9f, 0, 0, 0, .9f).get(0).shape());
    assertArrayEquals(
        new float[] {.1f, .4f}, segments(TENTHS, 0, 0, .9f, .9f).get(0).toFloats(), 1e-6f);
  }

  @Test
  void answersNoStepsWithNoSpeech() {
    var outputs = segments(Map.of());
    assertEquals(Shape.of(0, 2), outputs.get(0).shape());
    assertArrayEquals(new float[] {0}, outputs.get(1).toFloats());
  }

  @Test
  void refusesWhatIsNoProbability() {
    for (var value : new float[] {Float.NaN, -0.1f, 1.1f}) {
      var refusal = assertThrows(StageException.class, () -> segments(Map.of(), 0, value));
      assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
      assertTrue(refusal.toString().contains("at step 1"), refusal.toString());
    }
    var crossed = Map.<String, Object>of("threshold", 0.3);
    var refusal = assertThrows(StageException.class, () -> segments(crossed, 0));
    assertEquals(ErrorCode.INVALID_MANIFEST, refusal.code());
  }

  private List<Tensor> segments(Map<String, Object> options, float... probabilities) {
    var stage = StageRun.stage(new SegmentsFactory(), options);
    return run.run(stage, run.floats(Shape.of(probabilities.length, 1), probabilities));
  }
}
