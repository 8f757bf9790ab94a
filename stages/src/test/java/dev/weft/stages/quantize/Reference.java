package dev.weft.stages.quantize;

import java.util.Arrays;

/** What quantized operators compute, written down plainly. */
final class Reference {

  private Reference() {}

  /** Bytes with the scale and zero point of {@code DynamicQuantizeLinear}, as numbers again. */
  static float[] dynamicallyRounded(float[] x) {
    var low = 0f;
    var high = 0f;
    for (var value : x) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    var scale = (high - low) / 255;
    var zero = (float) Math.rint(Math.clamp(-low / scale, 0, 255));
    return rounded(x, scale, zero, 0, 255);
  }

  /** Through {@code round(x / scale) + zero}, held between the bounds, and back. */
  static float[] rounded(float[] x, float scale, float zero, int low, int high) {
    var result = new float[x.length];
    for (var i = 0; i < x.length; i++) {
      var level = Math.clamp(Math.rint(x[i] / scale) + zero, low, high);
      result[i] = (float) (level - zero) * scale;
    }
    return result;
  }

  /** The weights of [outer, channels, inner] as int8 with a scale per channel, as numbers again. */
  static float[] perChannel(float[] w, int channels, int inner, int levels) {
    var result = new float[w.length];
    for (var channel = 0; channel < channels; channel++) {
      var peak = 0f;
      for (var i = 0; i < w.length; i++) {
        peak = i / inner % channels == channel ? Math.max(peak, Math.abs(w[i])) : peak;
      }
      var scale = peak / levels;
      for (var i = 0; i < w.length; i++) {
        if (i / inner % channels == channel) {
          result[i] = (float) Math.rint(w[i] / scale) * scale;
        }
      }
    }
    return result;
  }

  /** [rows, depth] times [depth, columns]. */
  static float[] product(float[] left, float[] right, int rows, int depth, int columns) {
    var result = new float[rows * columns];
    for (var row = 0; row < rows; row++) {
      for (var column = 0; column < columns; column++) {
        var sum = 0.0;
        for (var k = 0; k < depth; k++) {
          sum += (double) left[row * depth + k] * right[k * columns + column];
        }
        result[row * columns + column] = (float) sum;
      }
    }
    return result;
  }

  /** Plane [channels, size, size] through a kernel [outputs, channels, 3, 3], padded by one. */
  static float[] convolution(float[] x, float[] w, float[] bias, int channels, int size) {
    var outputs = bias.length;
    var result = new float[outputs * size * size];
    for (var output = 0; output < outputs; output++) {
      for (var row = 0; row < size; row++) {
        for (var column = 0; column < size; column++) {
          var sum = (double) bias[output];
          for (var tap = 0; tap < channels * 9; tap++) {
            var y = row + tap / 3 % 3 - 1;
            var z = column + tap % 3 - 1;
            if (y >= 0 && y < size && z >= 0 && z < size) {
              sum += (double) x[(tap / 9 * size + y) * size + z] * w[output * channels * 9 + tap];
            }
          }
          result[(output * size + row) * size + column] = (float) sum;
        }
      }
    }
    return result;
  }

  /**
   * The hidden states of a one-way LSTM [steps, units] from zero, gates in ONNX's order: input,
   * output, forget, cell.
   *
   * @param w [4 * units, inputs]
   * @param r [4 * units, units]
   * @param b [8 * units]
   */
  static float[] lstm(float[] x, float[] w, float[] r, float[] b, int units, int inputs) {
    var steps = x.length / inputs;
    var hidden = new float[units];
    var cell = new float[units];
    var result = new float[steps * units];
    for (var step = 0; step < steps; step++) {
      var now = Arrays.copyOfRange(x, step * inputs, (step + 1) * inputs);
      var gates = new double[4 * units];
      for (var gate = 0; gate < gates.length; gate++) {
        gates[gate] = b[gate] + b[gate + 4 * units];
        for (var k = 0; k < inputs; k++) {
          gates[gate] += (double) w[gate * inputs + k] * now[k];
        }
        for (var k = 0; k < units; k++) {
          gates[gate] += (double) r[gate * units + k] * hidden[k];
        }
      }
      for (var unit = 0; unit < units; unit++) {
        var kept = sigmoid(gates[2 * units + unit]) * cell[unit];
        cell[unit] = (float) (kept + sigmoid(gates[unit]) * Math.tanh(gates[3 * units + unit]));
        hidden[unit] = (float) (sigmoid(gates[units + unit]) * Math.tanh(cell[unit]));
      }
      System.arraycopy(hidden, 0, result, step * units, units);
    }
    return result;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
