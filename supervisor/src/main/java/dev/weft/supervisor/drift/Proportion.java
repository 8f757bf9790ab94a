package dev.weft.supervisor.drift;

import java.util.Optional;

/**
 * A proportion, or a difference of two, and where its true value lies.
 *
 * @param interval that holds the true value with the stated confidence; empty if nothing tells one
 */
public record Proportion(double estimate, Optional<Interval> interval) {

  /** From {@code lower} to {@code upper}. */
  public record Interval(double lower, double upper) {}

  /**
   * Wilson's interval for {@code hits} of {@code samples}, either of which may be a fraction of an
   * effective sample. E. B. Wilson, JASA 22(158), 1927.
   *
   * @param quantile of the confidence, two-sided: 1.96 for 95 % of a normal law
   */
  static Interval wilson(double hits, double samples, double quantile) {
    var share = hits / samples;
    var spread = quantile * quantile / samples;
    var middle = (share + spread / 2) / (1 + spread);
    var radius = quantile / (1 + spread) * Math.sqrt((share * (1 - share) + spread / 4) / samples);
    return new Interval(
        hits == 0 ? 0 : Math.max(0, middle - radius),
        hits == samples ? 1 : Math.min(1, middle + radius));
  }
}
