package dev.weft.stages.math;

import java.util.Arrays;

/** The positions of the k largest values, largest first; of equals the one that stands first. */
final class TopK {

  private TopK() {}

  /**
   * @param values free of NaN, at least {@code k} of them
   */
  static int[] indices(float[] values, int k) {
    var best = new int[k];
    var found = 0;
    for (var i = 0; i < values.length; i++) {
      if (found == k && values[i] <= values[best[k - 1]]) {
        continue;
      }
      var at = found < k ? found++ : k - 1;
      while (at > 0 && values[i] > values[best[at - 1]]) {
        best[at] = best[at - 1];
        at--;
      }
      best[at] = i;
    }
    return Arrays.copyOf(best, found);
  }
}
