package dev.weft.gateway.observatory;

import java.util.OptionalLong;

/**
 * The bounds that latencies are counted in: 19 octaves from 50 µs to 13.1 s and more, of which each
 * is cut into {@value #PARTS} equal parts, and one below. A quantile is the upper bound of its
 * part, so it is too high by at most 1/{@value #PARTS}. The octaves are those of the metrics.
 */
final class LatencyGrid {

  /** Parts of an octave. */
  static final int PARTS = 8;

  private static final long FIRST_NANOS = 50_000;
  private static final int OCTAVES = 18;

  /** Cells: one up to the first bound, those of the octaves, and one above. */
  static final int CELLS = 1 + OCTAVES * PARTS + 1;

  private LatencyGrid() {}

  /** The cell of a latency in nanoseconds. */
  static int cell(long nanos) {
    if (nanos <= FIRST_NANOS) {
      return 0;
    }
    var octave = 63 - Long.numberOfLeadingZeros((nanos - 1) / FIRST_NANOS);
    if (octave >= OCTAVES) {
      return CELLS - 1;
    }
    var lower = FIRST_NANOS << octave;
    return 1 + octave * PARTS + (int) ((nanos - 1 - lower) * PARTS / lower);
  }

  /** The inclusive upper bound of a cell, in nanoseconds; of the last one, its lower bound. */
  static long upperNanos(int cell) {
    if (cell == 0) {
      return FIRST_NANOS;
    }
    var within = Math.min(cell, CELLS - 2) - 1;
    var lower = FIRST_NANOS << within / PARTS;
    return lower + lower * (within % PARTS + 1) / PARTS;
  }

  /** A quantile in nanoseconds of what is counted in {@code cells}; empty if nothing is. */
  static OptionalLong quantile(long[] cells, double part) {
    var total = 0L;
    for (var count : cells) {
      total += count;
    }
    if (total == 0) {
      return OptionalLong.empty();
    }
    var rank = Math.max(1, (long) Math.ceil(part * total));
    var upTo = 0L;
    for (var cell = 0; cell < cells.length; cell++) {
      upTo += cells[cell];
      if (upTo >= rank) {
        return OptionalLong.of(upperNanos(cell));
      }
    }
    throw new AssertionError("no cell for " + part);
  }

  /** The counts by octave: up to the first bound, each octave, and above. */
  static long[] octaves(long[] cells) {
    var octaves = new long[OCTAVES + 2];
    octaves[0] = cells[0];
    for (var cell = 1; cell < CELLS - 1; cell++) {
      octaves[1 + (cell - 1) / PARTS] += cells[cell];
    }
    octaves[OCTAVES + 1] = cells[CELLS - 1];
    return octaves;
  }

  /** The upper bounds of all but the last of {@link #octaves}, in nanoseconds. */
  static long[] octaveBoundsNanos() {
    var bounds = new long[OCTAVES + 1];
    for (var i = 0; i < bounds.length; i++) {
      bounds[i] = FIRST_NANOS << i;
    }
    return bounds;
  }
}
