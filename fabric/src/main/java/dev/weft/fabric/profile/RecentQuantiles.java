package dev.weft.fabric.profile;

import java.util.Arrays;

/**
 * Mean and quantiles of the last 256 to 512 values, in constant memory: two windows of counts in
 * logarithmic buckets, eight to a power of two, of which the older is forgotten when the newer is
 * full. A quantile is the upper end of its bucket, so at most 12.5 % too high and never too low.
 * One thread at a time.
 */
final class RecentQuantiles {

  static final int WINDOW = 256;
  private static final int BITS = 3;
  private static final int BUCKETS = Long.SIZE << BITS;

  private int[] present = new int[BUCKETS];
  private int[] before = new int[BUCKETS];
  private long presentSum;
  private long beforeSum;
  private int presentCount;
  private int beforeCount;

  /**
   * @param value at least 0
   */
  void add(long value) {
    if (presentCount == WINDOW) {
      var oldest = before;
      before = present;
      beforeSum = presentSum;
      beforeCount = presentCount;
      Arrays.fill(oldest, 0);
      present = oldest;
      presentSum = 0;
      presentCount = 0;
    }
    present[bucket(value)]++;
    presentSum += value;
    presentCount++;
  }

  int count() {
    return presentCount + beforeCount;
  }

  /** 0 if there are no values. */
  long mean() {
    return count() == 0 ? 0 : (presentSum + beforeSum) / count();
  }

  /**
   * The value that a share {@code q} of the values does not exceed; 0 if there are no values.
   *
   * @param q 0 to 1
   */
  long quantile(double q) {
    var rank = (int) Math.ceil(q * count());
    var seen = 0;
    for (var bucket = 0; bucket < BUCKETS; bucket++) {
      seen += present[bucket] + before[bucket];
      if (seen >= rank && seen > 0) {
        return upperEnd(bucket);
      }
    }
    return 0;
  }

  private static int bucket(long value) {
    if (value < 1 << BITS) {
      return (int) value;
    }
    var exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
    var mantissa = (int) (value >>> exponent - BITS) & (1 << BITS) - 1;
    return (exponent - BITS + 1 << BITS) + mantissa;
  }

  private static long upperEnd(int bucket) {
    if (bucket < 1 << BITS) {
      return bucket;
    }
    var shift = (bucket >>> BITS) - 1;
    var mantissa = (1L << BITS) + (bucket & (1 << BITS) - 1);
    return (mantissa + 1 << shift) - 1;
  }
}
