package dev.weft.stages.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Picture files made by hand or by ImageIO. */
final class Pictures {

  private Pictures() {}

  static byte[] file(BufferedImage image, String format) {
    var bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new AssertionError("no writer of " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * A PNG with the colour type as the specification numbers it: 0 grey, 2 RGB, 3 indexed, 4 grey
   * and alpha, 6 RGB and alpha.
   *
   * @param extra chunks between header and pixels
   * @param rows raw rows, each begun by a zero for "no filter"
   */
  static byte[] png(int width, int height, int depth, int colorType, byte[] extra, byte[] rows) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    var header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) depth).put((byte) colorType).put(new byte[3]);
    out.writeBytes(chunk("IHDR", header.array()));
    out.writeBytes(extra);
    out.writeBytes(chunk("IDAT", deflate(rows)));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  static byte[] chunk(String type, byte[] content) {
    var name = type.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    crc.update(content);
    return ByteBuffer.allocate(content.length + 12)
        .putInt(content.length)
        .put(name)
        .put(content)
        .putInt((int) crc.getValue())
        .array();
  }

  private static byte[] deflate(byte[] rows) {
    try (var deflater = new Deflater()) {
      deflater.setInput(rows);
      deflater.finish();
      var buffer = new byte[rows.length + 64];
      var length = deflater.deflate(buffer);
      return Arrays.copyOf(buffer, length);
    }
  }
}
