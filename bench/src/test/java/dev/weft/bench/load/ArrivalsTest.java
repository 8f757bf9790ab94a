package dev.weft.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ArrivalsTest {

  @Test
  void aFixedRateDoesNotDriftThoughItsGapsAreRounded() {
    var offsets = Arrivals.fixed(3).offsets();

    assertEquals(0, offsets.getAsLong());
    assertEquals(333_333_333, offsets.getAsLong());
    assertEquals(666_666_667, offsets.getAsLong());
    assertEquals(1_000_000_000, offsets.getAsLong());
  }

  @Test
  void poissonArrivalsAscendAndComeAtTheirRateInTheLongRun() {
    var offsets = Arrivals.poisson(1_000, 42).offsets();
    var before = 0L;
    var count = 0;
    while (before < 100_000_000_000L) {
      var next = offsets.getAsLong();
      assertTrue(next >= before, "seed 42, arrival " + count);
      before = next;
      count++;
    }

    assertEquals(100_000, count, 1_500, "seed 42");
  }

  @Test
  void gapsOfPoissonArrivalsAreAsUnevenAsExponentialOnes() {
    var offsets = Arrivals.poisson(1_000, 43).offsets();
    var before = 0L;
    var longGaps = 0;
    for (var i = 0; i < 100_000; i++) {
      var next = offsets.getAsLong();
      longGaps += next - before > 2_000_000 ? 1 : 0;
      before = next;
    }

    assertEquals(Math.exp(-2), longGaps / 1e5, 0.01, "seed 43");
  }

  @Test
  void theSameSeedGivesTheSameArrivals() {
    var one = Arrivals.poisson(50, 7).offsets();
    var other = Arrivals.poisson(50, 7).offsets();
    for (var i = 0; i < 1_000; i++) {
      assertEquals(one.getAsLong(), other.getAsLong());
    }
  }

  @Test
  void refusesWhatIsNoRate() {
    for (var rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> Arrivals.fixed(rate));
      assertThrows(IllegalArgumentException.class, () -> Arrivals.poisson(rate, 1));
    }
  }
}
