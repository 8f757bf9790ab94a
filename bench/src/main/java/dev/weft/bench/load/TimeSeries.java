package dev.weft.bench.load;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * What ended in each {@value #BUCKET_MILLIS} ms of a load, from the start of its measured part.
 *
 * @param offered calls scheduled in each bucket
 * @param completed calls completed in each bucket
 * @param refused calls dropped or failed in each bucket
 * @param slowestNanos longest time of a call completed in each bucket; 0 if there was none
 */
public record TimeSeries(long[] offered, long[] completed, long[] refused, long[] slowestNanos) {

  public static final int BUCKET_MILLIS = 50;

  static final long BUCKET_NANOS = BUCKET_MILLIS * 1_000_000L;

  static TimeSeries over(long nanos) {
    var buckets = Math.toIntExact(Math.ceilDiv(nanos, BUCKET_NANOS));
    return new TimeSeries(
        new long[buckets], new long[buckets], new long[buckets], new long[buckets]);
  }

  TimeSeries copy() {
    return new TimeSeries(
        offered.clone(), completed.clone(), refused.clone(), slowestNanos.clone());
  }

  public int buckets() {
    return completed.length;
  }

  /** Middle of a bucket, in seconds from the start of the measured part. */
  public static double seconds(int bucket) {
    return (bucket + 0.5) * BUCKET_MILLIS / 1e3;
  }

  public static int bucketAt(double seconds) {
    return (int) (seconds * 1e3 / BUCKET_MILLIS);
  }

  /** Calls completed per second between two buckets, the second excluded. */
  public double completedPerSecond(int from, int to) {
    return Arrays.stream(completed, from, to).sum() * 1e3 / ((to - from) * BUCKET_MILLIS);
  }

  /** The first bucket at or after {@code from} with which {@code length} idle ones begin. */
  public OptionalInt firstQuiet(int from, int length) {
    var quiet = 0;
    for (var bucket = from; bucket < completed.length; bucket++) {
      quiet = completed[bucket] == 0 ? quiet + 1 : 0;
      if (quiet == length) {
        return OptionalInt.of(bucket - length + 1);
      }
    }
    return OptionalInt.empty();
  }

  /** The first bucket at or after {@code from} with which {@code length} reach this rate. */
  public OptionalInt firstBusy(int from, int length, double perSecond) {
    for (var bucket = from; bucket + length <= completed.length; bucket++) {
      if (completedPerSecond(bucket, bucket + length) >= perSecond) {
        return OptionalInt.of(bucket);
      }
    }
    return OptionalInt.empty();
  }
}
