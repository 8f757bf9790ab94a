package dev.weft.stages.calibration;

import dev.weft.stages.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** The range of each position of a tensor's last axis in each run, and its mean square over all. */
public final class ChannelRanges implements Observer {

  private final int channels;
  private final List<float[]> lows = new ArrayList<>();
  private final List<float[]> highs = new ArrayList<>();
  private final double[] squares;
  private long rows;

  /**
   * @param channels size of the last axis
   */
  public ChannelRanges(int channels) {
    this.channels = channels;
    this.squares = new double[channels];
  }

  @Override
  public void observe(float[] values, Shape shape) {
    if (shape.rank() == 0 || shape.dim(shape.rank() - 1) != channels) {
      throw new IllegalArgumentException(
          "shape: %s (expected: a last axis of %d)".formatted(shape, channels));
    }
    // Zero is in every range: what quantizes a tensor has to stand for it exactly.
    var low = new float[channels];
    var high = new float[channels];
    for (var from = 0; from < values.length; from += channels) {
      for (var channel = 0; channel < channels; channel++) {
        var value = values[from + channel];
        low[channel] = Math.min(low[channel], value);
        high[channel] = Math.max(high[channel], value);
        squares[channel] += (double) value * value;
      }
    }
    lows.add(low);
    highs.add(high);
    rows += values.length / channels;
  }

  public int channels() {
    return channels;
  }

  /** The largest magnitude of each channel over all runs. */
  public float[] peaks() {
    var peaks = new float[channels];
    for (var run = 0; run < lows.size(); run++) {
      for (var channel = 0; channel < channels; channel++) {
        var peak = Math.max(-lows.get(run)[channel], highs.get(run)[channel]);
        peaks[channel] = Math.max(peaks[channel], peak);
      }
    }
    return peaks;
  }

  /** The mean square of a channel; 0 if nothing was seen. */
  public double meanSquare(int channel) {
    return rows == 0 ? 0 : squares[channel] / rows;
  }

  /**
   * The mean over all runs of the squared range of the whole tensor, each channel divided by its
   * factor; 0 if nothing was seen.
   */
  public double meanSquaredRange(float[] factors) {
    var sum = 0.0;
    for (var run = 0; run < lows.size(); run++) {
      var low = 0.0;
      var high = 0.0;
      for (var channel = 0; channel < channels; channel++) {
        low = Math.min(low, lows.get(run)[channel] / factors[channel]);
        high = Math.max(high, highs.get(run)[channel] / factors[channel]);
      }
      sum += (high - low) * (high - low);
    }
    return lows.isEmpty() ? 0 : sum / lows.size();
  }
}
