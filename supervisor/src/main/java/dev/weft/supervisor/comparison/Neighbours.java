package dev.weft.supervisor.comparison;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether rows of an embedding keep their nearest among earlier rows, by cosine. A bounded
 * reservoir of earlier rows stands for all of them; which it keeps follows from their number alone,
 * so that the same frames give the same figures.
 *
 * <p>One row per frame: the first of length > 0. A reservoir holds rows of one length; others are
 * not compared.
 */
final class Neighbours {

  private final int nearest;
  private final int rowsMax;
  private final List<double[]> stable = new ArrayList<>();
  private final List<double[]> candidate = new ArrayList<>();
  private long seen;

  /**
   * An empty reservoir.
   *
   * @param nearest how many neighbours count
   * @param rowsMax rows kept
   */
  Neighbours(int nearest, int rowsMax) {
    this.nearest = nearest;
    this.rowsMax = rowsMax;
  }

  /**
   * Share of the stable row's nearest that are not the candidate's, and keeps both rows; negative
   * while there are not twice as many earlier rows as neighbours.
   */
  double lost(double[] stableRow, double[] candidateRow, int length) {
    if (!stable.isEmpty() && stable.getFirst().length != length) {
      return -1;
    }
    var one = unit(stableRow, length);
    var other = unit(candidateRow, length);
    var share = stable.size() < 2 * nearest ? -1 : lostAmongEarlier(one, other);
    keep(one, other);
    return share;
  }

  private double lostAmongEarlier(double[] one, double[] other) {
    var before = nearestTo(one, stable);
    var after = nearestTo(other, candidate);
    var lost = 0;
    for (var row : before) {
      lost += contains(after, row) ? 0 : 1;
    }
    return (double) lost / nearest;
  }

  /** Positions of the nearest; of equally near ones the earlier. */
  private int[] nearestTo(double[] row, List<double[]> rows) {
    var positions = new int[nearest];
    var products = new double[nearest];
    var filled = 0;
    for (var i = 0; i < rows.size(); i++) {
      var product = product(row, rows.get(i));
      var at = filled;
      while (at > 0 && products[at - 1] < product) {
        at--;
      }
      if (at == nearest) {
        continue;
      }
      filled = Math.min(nearest, filled + 1);
      System.arraycopy(positions, at, positions, at + 1, filled - at - 1);
      System.arraycopy(products, at, products, at + 1, filled - at - 1);
      positions[at] = i;
      products[at] = product;
    }
    return positions;
  }

  /** Algorithm R (J. Vitter, ACM TOMS 11(1), 1985), its random numbers a hash of the count. */
  private void keep(double[] one, double[] other) {
    if (stable.size() < rowsMax) {
      stable.add(one);
      candidate.add(other);
    } else {
      var place = Long.remainderUnsigned(mixed(seen), seen + 1);
      if (place < rowsMax) {
        stable.set((int) place, one);
        candidate.set((int) place, other);
      }
    }
    seen++;
  }

  /** SplitMix64's finaliser. */
  private static long mixed(long count) {
    var z = (count + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static double[] unit(double[] row, int length) {
    var unit = new double[length];
    var squares = 0.0;
    for (var i = 0; i < length; i++) {
      squares += row[i] * row[i];
    }
    var scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    for (var i = 0; i < length; i++) {
      unit[i] = row[i] * scale;
    }
    return unit;
  }

  private static double product(double[] one, double[] other) {
    var sum = 0.0;
    for (var i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  private static boolean contains(int[] positions, int position) {
    for (var each : positions) {
      if (each == position) {
        return true;
      }
    }
    return false;
  }
}
