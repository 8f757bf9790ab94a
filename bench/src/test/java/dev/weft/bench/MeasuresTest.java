package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MeasuresTest {

  @Test
  void theSlopeOfALineIsItsRise() {
    var slope = new Slope();
    for (var x = 0; x < 10; x++) {
      slope.add(x, 300 - 2.5 * x);
    }
    assertEquals(-2.5, slope.value(), 1e-9);
  }

  @Test
  void noiseAroundALevelHasLittleSlope() {
    var slope = new Slope();
    for (var x = 0; x < 1_000; x++) {
      slope.add(x, 500 + (x % 7));
    }
    assertEquals(0, slope.value(), 1e-3);
  }

  @Test
  void aSinglePointHasNoSlope() {
    var slope = new Slope();
    assertEquals(0, slope.value());
    slope.add(3, 4);
    assertEquals(0, slope.value());
  }

  @Test
  void onlyTimeAfterAFramesDeathIsWaste() {
    var time = new ModelTime();
    time.ran(100, 200, 300);
    assertEquals(0, time.deadShare());
    time.ran(200, 300, 275);
    assertEquals(25 / 200.0, time.deadShare());
    assertEquals(100 / 200.0, time.lateShare());
    time.ran(400, 600, 300);
    assertEquals(225 / 400.0, time.deadShare());
    time.reset();
    assertEquals(0, time.deadShare());
  }

  @Test
  void roundsThatLackASideAreLeftOut() {
    var ratios = new Ratios();
    assertTrue(ratios.figure("b", "c", "alone", "ms", "").isEmpty());
    ratios.add(0, 5);
    ratios.add(5, 0);
    ratios.add(6, 4);

    var figure = ratios.figure("b", "c", "alone", "ms", "x").orElseThrow();
    assertEquals(1.5, figure.value());
    assertEquals("alone: 4 ms", figure.baseline().orElseThrow());
    assertTrue(figure.conditions().startsWith("median of 1 rounds"), figure.conditions());
  }
}
