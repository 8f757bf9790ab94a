package dev.weft.stages.image;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Turns a decoded picture of any depth into rows of 8-bit red, green, blue.
 *
 * <p>Samples are taken as they stand in the file: no gamma and no colour profile is applied, since
 * models are trained on such samples. Grey is repeated; 16-bit samples are rounded to 8; alpha is
 * composed on white.
 */
final class RgbRaster {

  private static final int CHANNELS = 3;

  private RgbRaster() {}

  /** Writes {@code height * width * 3} bytes to {@code target}. */
  static void write(BufferedImage image, MemorySegment target) {
    var colors = image.getColorModel();
    if (colors instanceof IndexColorModel palette) {
      writeIndexed(image, palette, target);
    } else if (isPlainRgb(image, colors)) {
      writePlainRgb(image, target);
    } else {
      writeSamples(image, colors, target);
    }
  }

  private static boolean isPlainRgb(BufferedImage image, ColorModel colors) {
    var raster = image.getRaster();
    return raster.getNumBands() == CHANNELS
        && raster.getTransferType() == DataBuffer.TYPE_BYTE
        && raster.getSampleModel() instanceof ComponentSampleModel
        && colors.getComponentSize(0) == Byte.SIZE;
  }

  private static void writePlainRgb(BufferedImage image, MemorySegment target) {
    var width = image.getWidth();
    var raster = image.getRaster();
    var row = new byte[width * CHANNELS];
    for (var y = 0; y < image.getHeight(); y++) {
      raster.getDataElements(0, y, width, 1, row);
      copyRow(row, target, y);
    }
  }

  private static void writeIndexed(
      BufferedImage image, IndexColorModel palette, MemorySegment target) {
    var colors = new int[palette.getMapSize()];
    palette.getRGBs(colors);
    var width = image.getWidth();
    var raster = image.getRaster();
    var indexes = new int[width];
    var row = new byte[width * CHANNELS];
    for (var y = 0; y < image.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, indexes);
      for (var x = 0; x < width; x++) {
        // An index past the palette's end is black, as the PNG specification allows.
        var color = indexes[x] < colors.length ? colors[indexes[x]] : 0xff000000;
        var alpha = color >>> 24;
        row[x * CHANNELS] = onWhite(color >> 16 & 0xff, alpha);
        row[x * CHANNELS + 1] = onWhite(color >> 8 & 0xff, alpha);
        row[x * CHANNELS + 2] = onWhite(color & 0xff, alpha);
      }
      copyRow(row, target, y);
    }
  }

  private static void writeSamples(BufferedImage image, ColorModel colors, MemorySegment target) {
    var width = image.getWidth();
    var raster = image.getRaster();
    var bands = raster.getNumBands();
    var colorBands = colors.hasAlpha() ? bands - 1 : bands;
    if (colorBands != 1 && colorBands != CHANNELS) {
      throw new StageException(
          ErrorCode.INVALID_INPUT,
          "encoded: %d colour channels (expected: 1 or 3)".formatted(colorBands));
    }
    var sampleMax = (1 << colors.getComponentSize(0)) - 1;
    var samples = new int[width * bands];
    var row = new byte[width * CHANNELS];
    for (var y = 0; y < image.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, samples);
      for (var x = 0; x < width; x++) {
        var at = x * bands;
        var alpha = colors.hasAlpha() ? eightBits(samples[at + colorBands], sampleMax) : 255;
        for (var channel = 0; channel < CHANNELS; channel++) {
          var sample = samples[at + (colorBands == 1 ? 0 : channel)];
          row[x * CHANNELS + channel] = onWhite(eightBits(sample, sampleMax), alpha);
        }
      }
      copyRow(row, target, y);
    }
  }

  private static int eightBits(int sample, int sampleMax) {
    return sampleMax == 255 ? sample : (sample * 255 + sampleMax / 2) / sampleMax;
  }

  private static byte onWhite(int color, int alpha) {
    return (byte) (alpha == 255 ? color : (color * alpha + 255 * (255 - alpha) + 127) / 255);
  }

  private static void copyRow(byte[] row, MemorySegment target, int y) {
    MemorySegment.copy(row, 0, target, ValueLayout.JAVA_BYTE, (long) y * row.length, row.length);
  }
}
