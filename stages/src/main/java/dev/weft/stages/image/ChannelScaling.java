package dev.weft.stages.image;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import java.util.List;

/**
 * What each 8-bit RGB sample becomes in a model's input: {@code (sample * scale - mean) / std},
 * with mean and std per channel in the model's order.
 */
final class ChannelScaling {

  private static final int SAMPLES = 256;

  private final boolean bgr;
  private final float[][] values;

  private ChannelScaling(boolean bgr, float[][] values) {
    this.bgr = bgr;
    this.values = values;
  }

  /** The options read by {@link #from}, with {@code mean} and {@code std} for all channels. */
  static List<OptionSpec> optionSpecs(String channelOrder, double mean, double std) {
    return List.of(
        OptionSpec.choice(
            "channelOrder",
            channelOrder,
            List.of("rgb", "bgr"),
            "Order of the channels in the output."),
        OptionSpec.of(
            "scale",
            OptionSpec.Type.NUMBER,
            1.0 / 255,
            "Factor for a sample of 0 to 255, before mean and std."),
        OptionSpec.of(
            "mean",
            OptionSpec.Type.NUMBERS,
            List.of(mean, mean, mean),
            "Subtracted from a scaled sample; one per channel in the order of the output."),
        OptionSpec.of(
            "std",
            OptionSpec.Type.NUMBERS,
            List.of(std, std, std),
            "Divides what is left; one per channel in the order of the output."));
  }

  static ChannelScaling from(Options options) {
    var scale = (float) options.number("scale", -1e6, 1e6);
    var mean = perChannel(options, "mean");
    var std = perChannel(options, "std");
    var values = new float[PixelView.CHANNELS][SAMPLES];
    for (var channel = 0; channel < PixelView.CHANNELS; channel++) {
      if (std[channel] == 0) {
        throw Options.invalid("std", 0, "numbers other than 0");
      }
      for (var sample = 0; sample < SAMPLES; sample++) {
        values[channel][sample] = (sample * scale - mean[channel]) / std[channel];
      }
    }
    return new ChannelScaling(options.text("channelOrder").equals("bgr"), values);
  }

  /** Scales one channel of the first {@code pixels} RGB pixels of {@code row}. */
  void scale(byte[] row, int pixels, int channel, float[] target, int at, int step) {
    var table = values[channel];
    var from = bgr ? PixelView.CHANNELS - 1 - channel : channel;
    for (var x = 0; x < pixels; x++) {
      target[at + x * step] = table[row[x * PixelView.CHANNELS + from] & 0xff];
    }
  }

  private static float[] perChannel(Options options, String name) {
    var floats = options.floats(name);
    if (floats.length != PixelView.CHANNELS) {
      throw Options.invalid(name, floats.length + " numbers", "3 numbers, one per channel");
    }
    for (var value : floats) {
      if (!Float.isFinite(value)) {
        throw Options.invalid(name, value, "finite numbers");
      }
    }
    return floats;
  }
}
