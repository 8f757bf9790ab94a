package dev.weft.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TimeSeriesTest {

  private static final TimeSeries SERIES = series(5, 5, 5, 0, 5, 0, 0, 0, 1, 5, 5);

  @Test
  void aStopIsTheFirstOfEnoughEmptyBuckets() {
    assertEquals(OptionalInt.of(3), SERIES.firstQuiet(0, 1));
    assertEquals(OptionalInt.of(5), SERIES.firstQuiet(0, 2));
    assertEquals(OptionalInt.of(6), SERIES.firstQuiet(6, 2));
    assertEquals(OptionalInt.empty(), SERIES.firstQuiet(0, 4));
  }

  @Test
  void workIsResumedWhenTheRateIsReachedOnAverage() {
    assertEquals(OptionalInt.of(8), SERIES.firstBusy(5, 2, 60));
    assertEquals(OptionalInt.of(9), SERIES.firstBusy(5, 2, 100));
    assertEquals(OptionalInt.empty(), SERIES.firstBusy(5, 2, 101));
  }

  @Test
  void bucketsAreFiftyMilliseconds() {
    assertEquals(100, SERIES.completedPerSecond(0, 3));
    assertEquals(0.025, TimeSeries.seconds(0));
    assertEquals(20, TimeSeries.bucketAt(1));
    assertEquals(3, TimeSeries.over(101_000_000).buckets());
  }

  private static TimeSeries series(long... completed) {
    var none = new long[completed.length];
    return new TimeSeries(none, completed, none, none);
  }
}
