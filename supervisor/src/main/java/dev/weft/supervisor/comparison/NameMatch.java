package dev.weft.supervisor.comparison;

import java.util.Arrays;
import java.util.List;

/** How many names of two lists of the same length are others. */
final class NameMatch {

  private NameMatch() {}

  /** Share of the first {@code count} that differ; 0 of none. */
  static double share(double[] stable, double[] candidate, int count) {
    var differ = 0;
    for (var i = 0; i < count; i++) {
      differ += stable[i] == candidate[i] ? 0 : 1;
    }
    return count == 0 ? 0 : (double) differ / count;
  }

  /** Share that differ; 0 of none. */
  static double share(List<byte[]> stable, List<byte[]> candidate) {
    var differ = 0;
    for (var i = 0; i < stable.size(); i++) {
      differ += Arrays.equals(stable.get(i), candidate.get(i)) ? 0 : 1;
    }
    return stable.isEmpty() ? 0 : (double) differ / stable.size();
  }
}
