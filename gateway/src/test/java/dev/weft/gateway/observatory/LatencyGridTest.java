package dev.weft.gateway.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyGridTest {

  private static final long MOST = LatencyGrid.upperNanos(LatencyGrid.CELLS - 2);

  @Test
  void everyLatencyLiesAboveTheCellBeforeAndNotAboveItsOwn() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var i = 0; i < 100_000; i++) {
      var nanos = 1 + (long) Math.exp(random.nextDouble() * Math.log(MOST));
      requireWithin(Math.min(nanos, MOST), "seed " + seed);
    }
    for (var cell = 0; cell < LatencyGrid.CELLS - 1; cell++) {
      assertEquals(cell, LatencyGrid.cell(LatencyGrid.upperNanos(cell)), "upper bound " + cell);
      assertEquals(cell + 1, LatencyGrid.cell(LatencyGrid.upperNanos(cell) + 1), "above " + cell);
    }
  }

  private static void requireWithin(long nanos, String hint) {
    var cell = LatencyGrid.cell(nanos);
    assertTrue(nanos <= LatencyGrid.upperNanos(cell), () -> nanos + " in " + cell + ", " + hint);
    assertTrue(
        cell == 0 || nanos > LatencyGrid.upperNanos(cell - 1),
        () -> nanos + " in " + cell + ", " + hint);
  }

  @Test
  void whatIsBeyondTheLastBoundIsInTheLastCell() {
    assertEquals(LatencyGrid.CELLS - 1, LatencyGrid.cell(MOST + 1));
    assertEquals(LatencyGrid.CELLS - 1, LatencyGrid.cell(Long.MAX_VALUE));
    assertEquals(0, LatencyGrid.cell(0));
  }

  @Test
  void aQuantileIsTooHighByAnEighthAtMost() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var exact = new long[5_000];
    var cells = new long[LatencyGrid.CELLS];
    for (var i = 0; i < exact.length; i++) {
      exact[i] = 60_000 + (long) (1e7 * Math.exp(random.nextGaussian()));
      cells[LatencyGrid.cell(exact[i])]++;
    }
    Arrays.sort(exact);
    for (var part : new double[] {0.001, 0.5, 0.9, 0.99, 1}) {
      var truth = exact[(int) Math.ceil(part * exact.length) - 1];
      var told = LatencyGrid.quantile(cells, part).orElseThrow();
      assertTrue(
          told >= truth && told <= truth * (1 + 1.0 / LatencyGrid.PARTS),
          () -> "%s of %s: %d for %d, seed %d".formatted(part, "cells", told, truth, seed));
    }
  }

  @Test
  void nothingHasNoQuantile() {
    assertEquals(OptionalLong.empty(), LatencyGrid.quantile(new long[LatencyGrid.CELLS], 0.5));
  }

  @Test
  void octavesHoldWhatTheirCellsHold() {
    var cells = new long[LatencyGrid.CELLS];
    Arrays.setAll(cells, i -> i);
    var octaves = LatencyGrid.octaves(cells);
    assertEquals(Arrays.stream(cells).sum(), Arrays.stream(octaves).sum());
    assertEquals(octaves.length - 1, LatencyGrid.octaveBoundsNanos().length);
    assertEquals(MOST, LatencyGrid.octaveBoundsNanos()[octaves.length - 2]);
  }
}
