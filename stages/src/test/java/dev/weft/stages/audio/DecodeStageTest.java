package dev.weft.stages.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodeStageTest {

  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8, 008040ff, '-1, 0, -0.5, 0.9921875'",
    "1, 16, 008000000040ff7f, '-1, 0, 0.5, 0.999969482421875'",
    "1, 24, 000080000000000040ffff7f, '-1, 0, 0.5, 0.99999988079071044921875'",
    "1, 32, 00000080000000000000004000000020, '-1, 0, 0.5, 0.25'",
    "3, 32, 000080bf000000000000003f00004040, '-1, 0, 0.5, 1'",
    "3, 64, 000000000000f0bf0000000000000000000000000000e03f00000000000008c0, '-1, 0, 0.5, -1'",
  })
  void decodesEveryEncodingPlainAndExtensible(int tag, int bits, String hex, String expected) {
    var data = HexFormat.of().parseHex(hex);
    var values = new float[4];
    for (var i = 0; i < 4; i++) {
      values[i] = Float.parseFloat(expected.split(", ")[i]);
    }
    assertDecodes(WavBytes.file(tag, 2, 44_100, bits, data), values);
    assertDecodes(WavBytes.extensible(tag, 2, 44_100, bits, data), values);
  }

  @Test
  void skipsOtherChunksAndTheByteAfterAnOddOne() {
    var wav =
        WavBytes.riff(
            WavBytes.chunk("LIST", new byte[] {1, 2, 3}),
            WavBytes.chunk("fmt ", WavBytes.format(1, 2, 44_100, 8).array()),
            WavBytes.chunk("data", new byte[] {0, (byte) 128, 0, (byte) 128}),
            WavBytes.chunk("id3 ", new byte[5]));
    assertDecodes(wav, -1, 0, -1, 0);
  }

  @Test
  void refusesWhatIsNoWholeRecording() {
    var wav = WavBytes.pcm16(1, 16_000, 1, 2, 3, 4);
    assertRefused(new byte[0], "0 bytes without RIFF/WAVE");
    assertRefused("not a sound at all".getBytes(StandardCharsets.UTF_8), "RIFF");
    assertRefused(WavBytes.pcm16(1, 16_000), "no samples (expected: a recording)");
    assertRefused(Arrays.copyOf(wav, wav.length - 3), "chunk 'data': 5 bytes of 8");
    assertRefused(Arrays.copyOf(wav, 36), "no chunk 'data'");
    assertRefused(WavBytes.riff(WavBytes.chunk("data", new byte[4])), "chunk 'data': first");
    assertRefused(WavBytes.file(1, 2, 8_000, 16, new byte[6]), "a multiple of 4");
    assertRefused(WavBytes.file(2, 1, 8_000, 16, new byte[4]), "tag 2 of 16 bits");
    assertRefused(WavBytes.file(1, 0, 8_000, 16, new byte[4]), "channels: 0");
    assertRefused(WavBytes.file(1, 1, 0, 16, new byte[4]), "sample rate: 0");
    assertRefused(WavBytes.extensible(0x55, 1, 8_000, 16, new byte[4]), "tag 85");
    var endless = wav.clone();
    Arrays.fill(endless, 40, 44, (byte) 0xFF);
    assertRefused(endless, "8 bytes of 4294967295");
    var nan = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(Float.NaN).array();
    assertRefused(WavBytes.file(3, 1, 8_000, 32, nan), "sample 0: NaN");
  }

  @Test
  void refusesARecordingOverItsLimit() {
    var stage = StageRun.stage(new DecodeFactory(), Map.of("maxSeconds", 0.5));
    run.run(stage, run.encoded(WavBytes.pcm16(1, 8, 1, 2, 3, 4)));
    var refusal =
        assertThrows(
            StageException.class,
            () -> run.run(stage, run.encoded(WavBytes.pcm16(1, 8, 1, 2, 3, 4, 5))));
    assertTrue(refusal.toString().contains("0.625 seconds (expected: <= 0.5"), refusal.toString());
  }

  @Test
  void takesNoOtherFormatWhoseNumbersAddUpToAKnownOne() {
    // Tag 2 is ADPCM: 2 * 100 + 132 is 3 * 100 + 32, float of 32 bits.
    var format = WavBytes.format(2, 1, 16_000, 132).putShort(12, (short) 4).array();
    var wav = WavBytes.riff(WavBytes.chunk("fmt ", format), WavBytes.chunk("data", new byte[8]));
    assertRefused(wav, "format: tag 2 of 132 bits");
  }

  @Test
  void answersDamagedFilesWithAStageExceptionAndNothingElse() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var stage = StageRun.stage(new DecodeFactory(), Map.of());
    for (var round = 0; round < 2_000; round++) {
      var wav = WavBytes.extensible(3, 1, 16_000, 32, new byte[16]);
      wav[random.nextInt(wav.length)] = (byte) random.nextInt(256);
      wav[random.nextInt(wav.length)] = (byte) random.nextInt(256);
      try {
        run.run(stage, run.encoded(wav));
      } catch (StageException e) {
        assertEquals(ErrorCode.INVALID_INPUT, e.code(), "seed " + seed + " round " + round);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + " round " + round, e);
      }
    }
  }

  private void assertDecodes(byte[] wav, float... expected) {
    var outputs = run.run(StageRun.stage(new DecodeFactory(), Map.of()), run.encoded(wav));
    assertEquals(Shape.of(2, 2), outputs.get(0).shape());
    assertArrayEquals(expected, outputs.get(0).toFloats());
    assertArrayEquals(new long[] {44_100}, outputs.get(1).toLongs());
  }

  private void assertRefused(byte[] wav, String expected) {
    var stage = StageRun.stage(new DecodeFactory(), Map.of());
    var refusal = assertThrows(StageException.class, () -> run.run(stage, run.encoded(wav)));
    var message = String.valueOf(refusal.getMessage());
    assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
    assertTrue(message.startsWith("encoded: ") && message.contains(expected), message);
  }
}
