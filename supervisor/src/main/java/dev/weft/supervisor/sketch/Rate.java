package dev.weft.supervisor.sketch;

/**
 * How much of what was counted was hit: a sum of shares from 0 to 1 and the number of them. Sums of
 * two rates are the rate of both together.
 *
 * @param hits sum of the shares; whole where each is 0 or 1
 * @param samples number of shares
 */
public record Rate(double hits, long samples) {

  /** Of nothing yet. */
  public static final Rate NONE = new Rate(0, 0);

  /** Rounding that the sum of a billion shares may carry. */
  private static final double ROUNDING = 1e-6;

  public Rate {
    if (!(samples >= 0 && hits >= 0 && hits <= samples * (1 + ROUNDING))) {
      throw new IllegalArgumentException(
          "rate: %s of %d (expected: 0 <= hits <= samples)".formatted(hits, samples));
    }
    hits = Math.min(hits, samples);
  }

  /** With one more share. */
  public Rate plus(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share: %s (expected: 0 to 1)".formatted(share));
    }
    return new Rate(hits + share, samples + 1);
  }

  public Rate plus(boolean hit) {
    return new Rate(hit ? hits + 1 : hits, samples + 1);
  }

  public Rate plus(Rate other) {
    return new Rate(hits + other.hits, samples + other.samples);
  }

  /** Mean share; NaN of nothing. */
  public double mean() {
    return hits / samples;
  }
}
