package dev.weft.gateway.metrics;

/** The bounds that durations are counted in: 19 in seconds, each twice the one before. */
final class Buckets {

  static final double FIRST_SECONDS = 50e-6;
  static final double FACTOR = 2;
  static final int COUNT = 19;

  private static final double NANOS = 1e9;

  private Buckets() {}

  static double seconds(long nanos) {
    return nanos / NANOS;
  }

  /** The inclusive upper bounds, and infinity. */
  static double[] upperBounds() {
    var bounds = new double[COUNT + 1];
    var bound = FIRST_SECONDS;
    for (var i = 0; i < COUNT; i++) {
      bounds[i] = bound;
      bound *= FACTOR;
    }
    bounds[COUNT] = Double.POSITIVE_INFINITY;
    return bounds;
  }
}
