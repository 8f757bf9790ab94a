package dev.weft.fabric.sensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WrappingCounterTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** Of many processors: 32 bits in units of 61 uJ. */
  private static final long RANGE = 262_143_328_850L;

  @Test
  void advancesAddUpWhereverTheCounterBeginsAnew() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    for (var round = 0; round < 1_000; round++) {
      var counter = random.nextLong(RANGE);
      var wrapping = new WrappingCounter(RANGE, counter);
      var taken = 0L;
      var told = 0.0;
      for (var look = 0; look < 100; look++) {
        var microjoules = random.nextLong(500_000_000);
        taken += microjoules;
        counter = (counter + microjoules) % RANGE;
        told += wrapping.advance(counter, SECOND);
      }
      assertEquals(taken / 1e6, told, 1e-3, "seed " + seed);
    }
  }

  @Test
  void theReadingAfterTheLargestValueCountsFromThere() {
    var wrapping = new WrappingCounter(1_000_000, 900_000);
    assertEquals(0.15, wrapping.advance(50_000, SECOND), 1e-9);
    assertEquals(0.0, wrapping.advance(50_000, SECOND), 1e-9);
  }

  /** As after a sleep: it would else be taken for a wrap, and for a quarter of a megajoule. */
  @Test
  void aCounterThatWasSetBackHasTakenNothing() {
    var wrapping = new WrappingCounter(RANGE, RANGE / 2);
    assertEquals(0.0, wrapping.advance(1_000, SECOND));
    assertEquals(2.0, wrapping.advance(2_001_000, SECOND), 1e-9);
  }

  @Test
  void aReadingBeyondTheRangeThatWasToldIsNone() {
    var wrapping = new WrappingCounter(1_000_000, 5_000_000);
    assertEquals(0.0, wrapping.advance(100, SECOND));
  }
}
