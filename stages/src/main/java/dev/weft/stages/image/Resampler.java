package dev.weft.stages.image;

import java.util.Arrays;

/** Resizes pictures, one axis after the other, with the weights of {@link AxisTaps}. */
final class Resampler {

  private static final int CHANNELS = PixelView.CHANNELS;

  private final PixelView source;
  private final AxisTaps columns;
  private final AxisTaps rows;
  private final byte[] sourceRow;
  // The last rows resized horizontally, at their source row modulo their number. Two suffice: of
  // the
  // rows one target row is made of, the next takes at most the last two again.
  private final float[][] narrowed;
  private final int[] narrowedRow;

  private Resampler(PixelView source, PixelView target) {
    this.source = source;
    this.columns = AxisTaps.of(source.width(), target.width());
    this.rows = AxisTaps.of(source.height(), target.height());
    this.sourceRow = new byte[source.width() * CHANNELS];
    this.narrowed = new float[Math.min(2, rows.count())][target.width() * CHANNELS];
    this.narrowedRow = new int[narrowed.length];
    Arrays.fill(narrowedRow, -1);
  }

  /** Fills {@code target} with {@code source}; both at least 1 x 1. */
  static void resize(PixelView source, PixelView target) {
    if (source.width() == target.width() && source.height() == target.height()) {
      copy(source, target);
    } else {
      new Resampler(source, target).run(target);
    }
  }

  private static void copy(PixelView source, PixelView target) {
    var row = new byte[source.width() * CHANNELS];
    for (var y = 0; y < source.height(); y++) {
      source.readRow(y, row);
      target.writeRow(y, row);
    }
  }

  private void run(PixelView target) {
    var sums = new float[target.width() * CHANNELS];
    var bytes = new byte[sums.length];
    for (var y = 0; y < target.height(); y++) {
      Arrays.fill(sums, 0.5f);
      for (var tap = 0; tap < rows.count(); tap++) {
        var weight = rows.weights()[y * rows.count() + tap];
        if (weight > 0) {
          add(narrowed(rows.first()[y] + tap), weight, sums);
        }
      }
      for (var i = 0; i < sums.length; i++) {
        bytes[i] = (byte) (int) sums[i];
      }
      target.writeRow(y, bytes);
    }
  }

  private static void add(float[] row, float weight, float[] sums) {
    for (var i = 0; i < sums.length; i++) {
      sums[i] += row[i] * weight;
    }
  }

  private float[] narrowed(int y) {
    var slot = y % narrowed.length;
    var row = narrowed[slot];
    if (narrowedRow[slot] != y) {
      source.readRow(y, sourceRow);
      narrow(sourceRow, row);
      narrowedRow[slot] = y;
    }
    return row;
  }

  private void narrow(byte[] from, float[] to) {
    var count = columns.count();
    var weights = columns.weights();
    for (var x = 0; x < columns.first().length; x++) {
      var at = columns.first()[x] * CHANNELS;
      var red = 0f;
      var green = 0f;
      var blue = 0f;
      for (var tap = 0; tap < count; tap++, at += CHANNELS) {
        var weight = weights[x * count + tap];
        red += weight * (from[at] & 0xff);
        green += weight * (from[at + 1] & 0xff);
        blue += weight * (from[at + 2] & 0xff);
      }
      to[x * CHANNELS] = red;
      to[x * CHANNELS + 1] = green;
      to[x * CHANNELS + 2] = blue;
    }
  }
}
