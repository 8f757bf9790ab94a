package dev.weft.stages.quantize;

import dev.weft.stages.calibration.ChannelRanges;
import java.util.Arrays;

/**
 * Factors for one input of matrix products, and what they gain.
 *
 * <p>Factor of channel k: {@code (peak of input k)^a / (peak of weight row k)^(1-a)}; source: Xiao
 * et al., "SmoothQuant", ICML 2023, equation 4. Of a few {@code a} that with the least noise is
 * taken. Noise: rounding to a step has an error of step / sqrt(12); that of an input goes on times
 * the weights, that of a weight times the inputs, each with its factors; held against the energy of
 * the products, as a ratio.
 *
 * @param gain by how much the ratio of noise to signal falls; 0 or less if it does not
 */
record SmoothedInput(String input, float[] factors, double gain) {

  private static final double[] MIGRATIONS = {0.5, 0.6, 0.7, 0.8, 0.9};
  private static final double LEVELS = 255;

  /** Peaks below this share of the largest are taken for it, so that no factor is without bound. */
  private static final float PEAK_SHARE_MIN = 1e-4f;

  static SmoothedInput best(String input, ChannelRanges seen, WeightRows weights) {
    var none = new float[seen.channels()];
    Arrays.fill(none, 1);
    var before = noise(seen, weights, none);
    var best = new SmoothedInput(input, none, 0);
    for (var migration : MIGRATIONS) {
      var factors = factors(seen.peaks(), weights, migration);
      var gain = before - noise(seen, weights, factors);
      if (gain > best.gain) {
        best = new SmoothedInput(input, factors, gain);
      }
    }
    return best;
  }

  private static double noise(ChannelRanges seen, WeightRows weights, float[] factors) {
    var weightEnergy = 0.0;
    var inputEnergy = 0.0;
    var signal = 0.0;
    for (var k = 0; k < factors.length; k++) {
      weightEnergy += factors[k] * factors[k] * weights.square(k);
      inputEnergy += seen.meanSquare(k) / factors[k] / factors[k];
      signal += seen.meanSquare(k) * weights.square(k);
    }
    var ofInput = seen.meanSquaredRange(factors) / (LEVELS * LEVELS) * weightEnergy;
    var ofWeights = weights.squaredSteps(factors) * inputEnergy;
    return signal > 0 ? (ofInput + ofWeights) / 12 / signal : 0;
  }

  private static float[] factors(float[] inputPeaks, WeightRows weights, double migration) {
    var inputMin = 0f;
    var weightMin = 0f;
    for (var k = 0; k < inputPeaks.length; k++) {
      inputMin = Math.max(inputMin, inputPeaks[k] * PEAK_SHARE_MIN);
      weightMin = Math.max(weightMin, weights.peak(k) * PEAK_SHARE_MIN);
    }
    var factors = new float[inputPeaks.length];
    for (var k = 0; k < factors.length; k++) {
      var ofInput = Math.pow(Math.max(inputPeaks[k], inputMin), migration);
      var ofWeight = Math.pow(Math.max(weights.peak(k), weightMin), 1 - migration);
      var factor = (float) (ofInput / ofWeight);
      factors[k] = Float.isFinite(factor) && factor >= Float.MIN_NORMAL ? factor : 1;
    }
    return factors;
  }
}
