package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import org.junit.jupiter.api.Test;

class JpegScansTest {

  @Test
  void countsTheScansOfPlainAndProgressivePictures() {
    assertEquals(1, scans(jpeg(ImageWriteParam.MODE_DISABLED)));
    assertEquals(10, scans(jpeg(ImageWriteParam.MODE_DEFAULT)));
  }

  @Test
  void takesAProgressivePictureAndRefusesOneOfScansWithoutEnd() {
    var jpeg = jpeg(ImageWriteParam.MODE_DEFAULT);
    try (var run = new StageRun();
        var stage = StageRun.stage(new DecodeFactory(), Map.of())) {
      assertEquals(Shape.of(50, 60, 3), run.run(stage, run.encoded(jpeg)).getFirst().shape());
      var many = run.encoded(withLastScanRepeated(jpeg, JpegScans.MAX));
      var refusal = assertThrows(StageException.class, () -> run.run(stage, many));
      assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
      assertEquals("encoded: JPEG of many scans (expected: at most 32)", refusal.getMessage());
    }
  }

  private static int scans(byte[] jpeg) {
    return JpegScans.count(MemorySegment.ofArray(jpeg), Integer.MAX_VALUE);
  }

  private static byte[] withLastScanRepeated(byte[] jpeg, int times) {
    var start = jpeg.length - 2;
    while ((jpeg[start] & 0xFF) != 0xFF || (jpeg[start + 1] & 0xFF) != 0xDA) {
      start--;
    }
    var scan = Arrays.copyOfRange(jpeg, start, jpeg.length - 2);
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, jpeg.length - 2);
    for (var i = 0; i < times; i++) {
      out.writeBytes(scan);
    }
    out.write(jpeg, jpeg.length - 2, 2);
    return out.toByteArray();
  }

  private static byte[] jpeg(int progressiveMode) {
    var image = new BufferedImage(60, 50, BufferedImage.TYPE_INT_RGB);
    for (var i = 0; i < 60 * 50; i++) {
      image.setRGB(i % 60, i / 60, i * 0x1F3B7);
    }
    var out = new ByteArrayOutputStream();
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      var how = writer.getDefaultWriteParam();
      how.setProgressiveMode(progressiveMode);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), how);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
