package dev.weft.supervisor.comparison;

/**
 * How two lists of rows of class scores differ: probabilities, or logits that a softmax makes
 * probabilities of.
 *
 * @param kl Kullback-Leibler divergence of the candidate's row from the stable's, mean of rows;
 *     nats
 * @param js Jensen-Shannon divergence, mean of rows; nats, at most ln 2
 * @param top1Flips share of rows in which the stable's largest element is not among the candidate's
 *     largest; ties are no flips
 * @param topKFlips share of rows in which some of the stable's k largest is not among the
 *     candidate's; 0 where rows are no longer than k
 */
record Likelihoods(double kl, double js, double top1Flips, double topKFlips) {

  /** Least probability: about half of what FP16 can hold, so that its zeros are no infinity. */
  private static final double LEAST = 3e-8;

  private static final double SUM_ERROR = 1e-2;

  /** Whether each row is at least 0 and sums to 1, to what FP16 rounds. */
  static boolean areProbabilities(double[] values, int rows, int length) {
    if (length < 2) {
      return false;
    }
    for (var row = 0; row < rows; row++) {
      var sum = 0.0;
      for (var i = row * length; i < (row + 1) * length; i++) {
        if (!(values[i] >= 0)) {
          return false;
        }
        sum += values[i];
      }
      if (Math.abs(sum - 1) > SUM_ERROR) {
        return false;
      }
    }
    return rows > 0;
  }

  /**
   * Of rows {@code [rows, length]}; no NaN among them.
   *
   * @param k size of the set of largest elements
   */
  static Likelihoods between(
      double[] stable, double[] candidate, int rows, int length, boolean areLogits, int k) {
    var one = new double[length];
    var other = new double[length];
    var kl = 0.0;
    var js = 0.0;
    var top1 = 0;
    var topK = 0;
    for (var row = 0; row < rows; row++) {
      var from = row * length;
      normalise(stable, from, one, areLogits);
      normalise(candidate, from, other, areLogits);
      for (var i = 0; i < length; i++) {
        var middle = (one[i] + other[i]) / 2;
        kl += one[i] * Math.log(one[i] / other[i]);
        js += (one[i] * Math.log(one[i] / middle) + other[i] * Math.log(other[i] / middle)) / 2;
      }
      top1 += isOut(largest(stable, from, length), candidate, from, length, 1) ? 1 : 0;
      topK += length > k && hasOut(stable, candidate, from, length, k) ? 1 : 0;
    }
    return new Likelihoods(
        Math.max(0, kl / rows), Math.max(0, js / rows), (double) top1 / rows, (double) topK / rows);
  }

  private static void normalise(double[] from, int at, double[] into, boolean areLogits) {
    var largest = from[at + largest(from, at, into.length)];
    var sum = 0.0;
    for (var i = 0; i < into.length; i++) {
      var value = from[at + i];
      into[i] = Math.max(LEAST, areLogits ? softmaxTerm(value, largest) : value);
      sum += into[i];
    }
    for (var i = 0; i < into.length; i++) {
      into[i] /= sum;
    }
  }

  private static double softmaxTerm(double logit, double largest) {
    return logit == largest ? 1 : Math.exp(logit - largest);
  }

  private static int largest(double[] values, int from, int length) {
    var best = 0;
    for (var i = 1; i < length; i++) {
      if (values[from + i] > values[from + best]) {
        best = i;
      }
    }
    return best;
  }

  private static boolean hasOut(double[] stable, double[] candidate, int from, int length, int k) {
    for (var i = 0; i < length; i++) {
      if (!isOut(i, stable, from, length, k) && isOut(i, candidate, from, length, k)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code k} elements are larger than {@code index}. */
  private static boolean isOut(int index, double[] values, int from, int length, int k) {
    var larger = 0;
    for (var i = 0; i < length && larger < k; i++) {
      larger += values[from + i] > values[from + index] ? 1 : 0;
    }
    return larger >= k;
  }
}
