package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextRegionsTest {

  @Test
  void keepsTheLargestOfManyRegionsLargestFirst() {
    // Every second cell of every second row is a region of its own, but for a bar at the bottom.
    var side = 100;
    var map = new float[side * side];
    for (var y = 0; y < side; y += 2) {
      for (var x = 0; x < side; x += y == side - 2 ? 1 : 2) {
        map[y * side + x] = 1;
      }
    }
    var found = TextRegions.find(map, side, side, 0.5f, 1);
    assertEquals(1_000, found.size());
    assertEquals(side, found.getFirst().width(), 1e-9);
    assertEquals(0.5, found.get(1).centerX(), 1e-9);
    assertEquals(0.5, found.get(1).centerY(), 1e-9);
  }
}
