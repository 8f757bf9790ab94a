package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DecodeStageTest {

  private static final byte[] NOTHING = {};

  private final StageRun run = new StageRun();
  private final DecodeStage stage =
      (DecodeStage) StageRun.stage(new DecodeFactory(), Map.of("maxPixels", 1_000_000L));

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  private int[] decode(byte[] file) {
    return StageRun.samples(run.run(stage, run.encoded(file)).getFirst());
  }

  private String refusal(byte[] file) {
    var encoded = run.encoded(file);
    var leased = run.leased();
    var e = assertThrows(StageException.class, () -> stage.run(run, List.of(encoded)));
    assertEquals(ErrorCode.INVALID_INPUT, e.code());
    assertEquals(leased, run.leased());
    return String.valueOf(e.getMessage());
  }

  @Test
  void decodesAnRgbPngExactly() {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x0a141e);
    image.setRGB(1, 0, 0xfffe80);
    var output = run.run(stage, run.encoded(Pictures.file(image, "png"))).getFirst();
    assertEquals(Shape.of(1, 2, 3), output.shape());
    assertArrayEquals(new int[] {10, 20, 30, 255, 254, 128}, StageRun.samples(output));
  }

  @Test
  void decodesAJpegNearlyExactly() {
    var image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (var i = 0; i < 256; i++) {
      image.setRGB(i % 16, i / 16, 0xc86432);
    }
    var samples = decode(Pictures.file(image, "jpg"));
    assertEquals(16 * 16 * 3, samples.length);
    for (var i = 0; i < samples.length; i++) {
      assertEquals(new int[] {200, 100, 50}[i % 3], samples[i], 3);
    }
  }

  @Test
  void takesGreySamplesAsTheyStand() {
    var rows = new byte[] {0, 0, 100, (byte) 200};
    assertArrayEquals(
        new int[] {0, 0, 0, 100, 100, 100, 200, 200, 200},
        decode(Pictures.png(3, 1, 8, 0, NOTHING, rows)));
  }

  @Test
  void takesAGreyJpeg() {
    var image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    for (var i = 0; i < 64; i++) {
      image.getRaster().setSample(i % 8, i / 8, 0, 90);
    }
    for (var sample : decode(Pictures.file(image, "jpg"))) {
      assertEquals(90, sample, 2);
    }
  }

  @Test
  void roundsSixteenBitSamples() {
    // 0x8000 / 257 = 127.5, 0x00ff / 257 = 0.99, 0xffff / 257 = 255.
    var rows = new byte[] {0, (byte) 0x80, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    assertArrayEquals(new int[] {128, 1, 255}, decode(Pictures.png(1, 1, 16, 2, NOTHING, rows)));
    var grey = new byte[] {0, (byte) 0x12, 0x34};
    assertArrayEquals(new int[] {18, 18, 18}, decode(Pictures.png(1, 1, 16, 0, NOTHING, grey)));
  }

  @Test
  void composesAlphaOnWhite() {
    var rgba = new byte[] {0, 0, 100, (byte) 255, 51, 7, 7, 7, 0, 7, 8, 9, (byte) 255};
    assertArrayEquals(
        new int[] {204, 224, 255, 255, 255, 255, 7, 8, 9},
        decode(Pictures.png(3, 1, 8, 6, NOTHING, rgba)));
    var greyAlpha = new byte[] {0, 0, 51};
    assertArrayEquals(
        new int[] {204, 204, 204}, decode(Pictures.png(1, 1, 8, 4, NOTHING, greyAlpha)));
  }

  @Test
  void looksUpIndexedColorsAndTheirAlpha() {
    var palette = Pictures.chunk("PLTE", new byte[] {1, 2, 3, 0, 0, 0});
    var alpha = Pictures.chunk("tRNS", new byte[] {(byte) 255, 0});
    var extra = Arrays.copyOf(palette, palette.length + alpha.length);
    System.arraycopy(alpha, 0, extra, palette.length, alpha.length);
    assertArrayEquals(
        new int[] {1, 2, 3, 255, 255, 255},
        decode(Pictures.png(2, 1, 8, 3, extra, new byte[] {0, 0, 1})));
  }

  @Test
  void expandsOneBitGrey() {
    assertArrayEquals(
        new int[] {255, 255, 255, 0, 0, 0},
        decode(Pictures.png(2, 1, 1, 0, NOTHING, new byte[] {0, (byte) 0x80})));
  }

  @Test
  void refusesAHugePictureByItsHeader() {
    var message = refusal(Pictures.png(20_000, 20_000, 8, 2, NOTHING, NOTHING));
    assertEquals(
        "encoded: PNG of 20000 x 20000 = 400000000 pixels"
            + " (expected: <= 1000000, option 'maxPixels')",
        message);
  }

  @Test
  void refusesWhatIsNoPicture() {
    assertEquals(
        "encoded: 0 bytes of an unknown format (expected: a PNG or JPEG picture)",
        refusal(NOTHING));
    assertTrue(refusal("GIF89a".getBytes(StandardCharsets.US_ASCII)).contains("unknown format"));
  }

  @Test
  void refusesATruncatedFileWhereverItEnds() {
    var image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    var random = new Random(7);
    for (var i = 0; i < 1600; i++) {
      image.setRGB(i % 40, i / 40, random.nextInt());
    }
    for (var format : List.of("png", "jpg")) {
      var file = Pictures.file(image, format);
      for (var length = 8; length < file.length - 100; length += 97) {
        var message = refusal(Arrays.copyOf(file, length));
        assertTrue(message.startsWith("encoded: broken or unsupported"), message);
      }
    }
  }

  @Test
  void neverFailsOtherwiseThanByRefusal() {
    var seed = 8812L;
    var random = new Random(seed);
    var file = Pictures.file(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), "jpg");
    for (var round = 0; round < 300; round++) {
      var broken = file.clone();
      for (var i = 0; i < 3; i++) {
        broken[3 + random.nextInt(broken.length - 3)] = (byte) random.nextInt();
      }
      var encoded = run.encoded(broken);
      try {
        stage.run(run, List.of(encoded)).getFirst().close();
      } catch (StageException e) {
        assertEquals(ErrorCode.INVALID_INPUT, e.code(), "seed " + seed + ", round " + round);
      }
    }
  }

  @Test
  void refusesAnOptionOutOfBounds() {
    var e =
        assertThrows(
            StageException.class,
            () -> StageRun.stage(new DecodeFactory(), Map.of("maxPixels", 0L)));
    assertEquals(ErrorCode.INVALID_MANIFEST, e.code());
    assertEquals("option 'maxPixels': 0 (expected: 1 to 500000000)", e.getMessage());
  }
}
