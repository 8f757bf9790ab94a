package dev.weft.bench.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TicksTest {

  @Test
  void linearTicksAreRoundAndEncloseTheValues() {
    assertEquals(List.of(0.0, 2.0, 4.0, 6.0, 8.0), Ticks.linear(0, 8).at());
    assertEquals(List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0), Ticks.linear(0, 0.93).at());
    assertEquals(List.of(-2.0, 0.0, 2.0, 4.0, 6.0), Ticks.linear(-1, 6).at());
  }

  @Test
  void logarithmicTicksBeginAtTheLastRoundNumberBelow() {
    assertEquals(List.of(2.0, 5.0, 10.0, 20.0, 50.0), Ticks.log(3, 40).at());
    assertEquals(List.of(1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0), Ticks.log(1, 1e5).at());
  }

  @Test
  void anyValuesLieInsideTheirAxis() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    for (var i = 0; i < 2_000; i++) {
      var low = Math.pow(10, random.nextInt(-4, 7)) * (1 + random.nextDouble());
      var high = low * (random.nextInt(4) == 0 ? 1 : 1 + random.nextDouble() * 1_000);
      for (var ticks : List.of(Ticks.linear(low, high), Ticks.log(low, high))) {
        var where = "seed %d: %s to %s: %s".formatted(seed, low, high, ticks);
        assertTrue(ticks.at().size() >= 2 && ticks.at().size() <= 12, where);
        assertTrue(ticks.place(low) >= -1e-6 && ticks.place(high) <= 1 + 1e-6, where);
        assertTrue(ticks.place(low) <= ticks.place(high), where);
      }
    }
  }
}
