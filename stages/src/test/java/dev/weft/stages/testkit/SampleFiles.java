package dev.weft.stages.testkit;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** Small valid files, written by the JDK. */
final class SampleFiles {

  private SampleFiles() {}

  /** 40 frames of stereo, 16 bits, 8 kHz. */
  static byte[] wav() {
    var format = new AudioFormat(8_000, 16, 2, true, false);
    var samples = new byte[160];
    for (var i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i * 7);
    }
    var out = new ByteArrayOutputStream();
    try (var stream = new AudioInputStream(new ByteArrayInputStream(samples), format, 40)) {
      AudioSystem.write(stream, AudioFileFormat.Type.WAVE, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] png() {
    return picture("png");
  }

  static byte[] jpeg() {
    return picture("jpeg");
  }

  private static byte[] picture(String format) {
    var image = new BufferedImage(23, 9, BufferedImage.TYPE_INT_RGB);
    for (var i = 0; i < 23 * 9; i++) {
      image.setRGB(i % 23, i / 23, i * 0x1F3B7);
    }
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
