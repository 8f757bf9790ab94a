package dev.weft.stages.image;

import java.lang.foreign.ValueLayout;

/**
 * Cuts one quadrilateral out of a picture and straightens it, bilinear; a shrink of more than two
 * averages several samples per pixel.
 */
final class LineCutter {

  private static final int CHANNELS = PixelView.CHANNELS;
  private static final int SAMPLES_MAX = 8;

  private final PixelView image;
  private final float[] sums = new float[CHANNELS];

  LineCutter(PixelView image) {
    this.image = image;
  }

  /**
   * @param acrossPixels length of the quadrilateral's upper side in the picture
   * @param downPixels length of its left side
   */
  void cut(QuadMapping quad, double acrossPixels, double downPixels, PixelView target) {
    var samplesX = samples(acrossPixels / target.width());
    var samplesY = samples(downPixels / target.height());
    var row = new byte[target.width() * CHANNELS];
    for (var y = 0; y < target.height(); y++) {
      for (var x = 0; x < target.width(); x++) {
        sums[0] = 0;
        sums[1] = 0;
        sums[2] = 0;
        for (var sy = 0; sy < samplesY; sy++) {
          var v = (y + (sy + 0.5) / samplesY) / target.height();
          for (var sx = 0; sx < samplesX; sx++) {
            var u = (x + (sx + 0.5) / samplesX) / target.width();
            addSample(quad.x(u, v), quad.y(u, v));
          }
        }
        for (var channel = 0; channel < CHANNELS; channel++) {
          row[x * CHANNELS + channel] = (byte) (int) (sums[channel] / (samplesX * samplesY) + 0.5f);
        }
      }
      target.writeRow(y, row);
    }
  }

  private static int samples(double shrink) {
    return shrink <= 2 ? 1 : (int) Math.min(SAMPLES_MAX, Math.ceil(shrink));
  }

  /** Adds the colour at a point; outside the picture its border is repeated. */
  private void addSample(double atX, double atY) {
    var x = (float) Math.max(0, Math.min(image.width() - 1.0, atX - 0.5));
    var y = (float) Math.max(0, Math.min(image.height() - 1.0, atY - 0.5));
    var left = (int) x;
    var top = (int) y;
    var stepX = left + 1 < image.width() ? CHANNELS : 0;
    var stepY = top + 1 < image.height() ? image.rowBytes() : 0;
    var weightX = x - left;
    var weightY = y - top;
    var at = image.offset() + top * image.rowBytes() + (long) left * CHANNELS;
    for (var channel = 0; channel < CHANNELS; channel++, at++) {
      var upper = mix(sample(at), sample(at + stepX), weightX);
      var lower = mix(sample(at + stepY), sample(at + stepY + stepX), weightX);
      sums[channel] += mix(upper, lower, weightY);
    }
  }

  private int sample(long at) {
    return image.segment().get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  private static float mix(float from, float to, float weight) {
    return from + (to - from) * weight;
  }
}
