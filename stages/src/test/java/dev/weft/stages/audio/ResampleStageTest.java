package dev.weft.stages.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResampleStageTest {

  /** Samples at either end that the filter sees silence through. */
  private static final int EDGE = 200;

  private final StageRun run = new StageRun();
  private final Stage stage = StageRun.stage(new ResampleFactory(), Map.of());

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  @ParameterizedTest
  @CsvSource({
    "8000, 300",
    "8000, 3300",
    "11025, 1000",
    "22050, 5000",
    "44100, 440",
    "44100, 6600",
    "48000, 50",
    "48000, 6600",
    "96000, 3000"
  })
  void keepsATonesLevelAndPlace(int rate, int hertz) {
    var output = resample(rate, tone(rate, hertz, rate / 2));
    assertEquals(8_000, output.length);
    var expected = tone(16_000, hertz, 8_000);
    for (var i = EDGE; i < output.length - EDGE; i++) {
      assertEquals(expected[i], output[i], 0.01, "sample " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 8050",
    "44100, 12000",
    "44100, 21000",
    "48000, 8050",
    "48000, 15900",
    "96000, 40000"
  })
  void suppressesWhatWouldFoldBackByMoreThanSixtyDecibels(int rate, int hertz) {
    assertTrue(decibels(resample(rate, tone(rate, hertz, rate / 2))) < -60);
  }

  @Test
  void leavesNoMirrorImageWhenItRaisesTheRate() {
    var output = resample(8_000, tone(8_000, 3_000, 8_000));
    var mirror = 0.0;
    var quadrature = 0.0;
    for (var i = EDGE; i < output.length - EDGE; i++) {
      mirror += output[i] * Math.sin(2 * Math.PI * 5_000 * i / 16_000);
      quadrature += output[i] * Math.cos(2 * Math.PI * 5_000 * i / 16_000);
    }
    var amplitude = 2 * Math.hypot(mirror, quadrature) / (output.length - 2 * EDGE);
    assertTrue(20 * Math.log10(amplitude / 0.5) < -60, "mirror image " + amplitude);
  }

  @Test
  void keepsAConstantExactlyAtOneWithinTheRecording() {
    var ones = new float[44_100];
    Arrays.fill(ones, 1);
    var output = resample(44_100, ones);
    for (var i = EDGE; i < output.length - EDGE; i++) {
      assertEquals(1, output[i], 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 1, 1",
    "44100, 2, 1",
    "44100, 3, 2",
    "48000, 3, 1",
    "48000, 4, 2",
    "8000,5,10",
    "44100, 0, 0"
  })
  void givesAsManySamplesAsFitTheRecordingsTime(int rate, int samples, int expected) {
    assertEquals(expected, resample(rate, new float[samples]).length);
  }

  @Test
  void mixesChannelsToTheirMean() {
    var samples = run.floats(Shape.of(3, 2), 1, 0, 0.5f, -0.5f, -1, -0.5f);
    var output = run.run(stage, samples, run.longs(16_000)).getFirst();
    assertArrayEquals(new float[] {0.5f, 0, -0.75f}, output.toFloats());
  }

  @Test
  void handsOnAFittingRecordingWithoutACopy() {
    var samples = run.floats(Shape.of(3, 1), 1, 2, 3);
    var output = run.run(stage, samples, run.longs(16_000)).getFirst();
    assertEquals(Shape.of(3), output.shape());
    assertTrue(output.sharesMemoryWith(samples));
  }

  @Test
  void refusesRatesAndShapesThatMakeNoRecording() {
    for (var rate : new long[] {0, -1, 999, 768_001, Long.MAX_VALUE, 767_999}) {
      var refusal =
          assertThrows(
              StageException.class,
              () -> run.run(stage, run.floats(Shape.of(1, 1), 1), run.longs(rate)));
      assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
      assertTrue(refusal.toString().contains("sampleRate: " + rate), refusal.toString());
    }
    assertThrows(
        StageException.class, () -> run.run(stage, run.floats(Shape.of(1, 0)), run.longs(16_000)));
  }

  private float[] resample(int rate, float[] samples) {
    var input = run.floats(Shape.of(samples.length, 1), samples);
    return run.run(stage, input, run.longs(rate)).getFirst().toFloats();
  }

  /** Amplitude 0.5. */
  private static float[] tone(int rate, int hertz, int count) {
    var samples = new float[count];
    for (var i = 0; i < count; i++) {
      samples[i] = (float) (0.5 * Math.sin(2 * Math.PI * hertz * i / rate));
    }
    return samples;
  }

  /** Level against the tone that went in, away from the ends. */
  private static double decibels(float[] samples) {
    var squares = 0.0;
    for (var i = EDGE; i < samples.length - EDGE; i++) {
      squares += samples[i] * samples[i];
    }
    return 10 * Math.log10(squares / (samples.length - 2 * EDGE) / 0.125);
  }
}
