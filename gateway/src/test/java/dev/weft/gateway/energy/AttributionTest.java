package dev.weft.gateway.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttributionTest {

  private static final Use ONE = new Use("one", "frame");
  private static final Use TWO = new Use("two", "shadow");

  private static double sum(Map<Use, Double> shares) {
    return shares.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  @Test
  void aUseHasThePartOfTheEnergyThatItHasOfTheMachinesTime() {
    var shares = Attribution.ofMachine(40, 1_000, Map.of(ONE, 250L, TWO, 500L));
    assertEquals(Map.of(ONE, 10.0, TWO, 20.0), shares);
  }

  @Test
  void whereStagesWaitedForCoresTheyShareAllOfIt() {
    var shares = Attribution.ofMachine(40, 1_000, Map.of(ONE, 1_000L, TWO, 3_000L));
    assertEquals(Map.of(ONE, 10.0, TWO, 30.0), shares);
  }

  @Test
  void whoDidNothingHasNothing() {
    assertEquals(Map.of(ONE, 0.0), Attribution.ofMachine(40, 0, Map.of(ONE, 0L)));
    assertEquals(Map.of(ONE, 0.0), Attribution.ofModel(4, Map.of(ONE, 0L)));
  }

  @Test
  void neverMoreIsSharedOutThanWasTakenAndMoreWorkIsNeverLess() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    for (var round = 0; round < 10_000; round++) {
      var work = new HashMap<Use, Long>();
      for (var i = random.nextInt(1, 8); i > 0; i--) {
        work.put(new Use("p" + i, "frame"), random.nextLong(4_000_000_000L));
      }
      var joules = random.nextDouble(500);
      var shares = Attribution.ofMachine(joules, random.nextLong(8_000_000_000L), work);
      assertTrue(sum(shares) <= joules * (1 + 1e-9), "seed " + seed);
      shares.forEach(
          (use, share) -> {
            assertTrue(share >= 0, "seed " + seed);
            work.forEach(
                (other, nanos) ->
                    assertTrue(
                        nanos < work.getOrDefault(use, 0L)
                            || shares.getOrDefault(other, 0.0) >= share,
                        "seed " + seed));
          });
    }
  }

  @Test
  void theModelIsWattsTimesTime() {
    assertEquals(Map.of(ONE, 6.0), Attribution.ofModel(4, Map.of(ONE, 1_500_000_000L)));
  }
}
