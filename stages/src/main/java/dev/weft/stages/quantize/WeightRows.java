package dev.weft.stages.quantize;

import java.util.ArrayList;
import java.util.List;

/** The weights one tensor is multiplied with: peak and energy of each row, noise as int8. */
final class WeightRows {

  private final float[] peaks;
  private final double[] squares;
  private final List<Matrix> matrices = new ArrayList<>();

  /** Numbers of shape [rows, columns]. */
  private record Matrix(float[] numbers, int columns) {}

  /**
   * @param count of rows
   */
  WeightRows(int count) {
    this.peaks = new float[count];
    this.squares = new double[count];
  }

  /**
   * @param numbers of shape [rows, columns]; not to be changed
   */
  void add(float[] numbers, int columns) {
    matrices.add(new Matrix(numbers, columns));
    for (var row = 0; row < peaks.length; row++) {
      for (var i = row * columns; i < (row + 1) * columns; i++) {
        peaks[row] = Math.max(peaks[row], Math.abs(numbers[i]));
        squares[row] += (double) numbers[i] * numbers[i];
      }
    }
  }

  int count() {
    return peaks.length;
  }

  /** The largest magnitude in a row. */
  float peak(int row) {
    return peaks[row];
  }

  /** The sum of the squares in a row. */
  double square(int row) {
    return squares[row];
  }

  /** The sum over columns of the squared steps of int8, each row multiplied by its factor. */
  double squaredSteps(float[] factors) {
    var sum = 0.0;
    for (var matrix : matrices) {
      var columnPeaks = new float[matrix.columns()];
      var numbers = matrix.numbers();
      for (var row = 0; row < factors.length; row++) {
        var first = row * columnPeaks.length;
        for (var column = 0; column < columnPeaks.length; column++) {
          var value = Math.abs(numbers[first + column] * factors[row]);
          columnPeaks[column] = Math.max(columnPeaks[column], value);
        }
      }
      for (var peak : columnPeaks) {
        sum += (double) peak * peak / (Int8Weights.LEVELS * Int8Weights.LEVELS);
      }
    }
    return sum;
  }
}
