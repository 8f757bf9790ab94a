package dev.weft.supervisor.drift;

/**
 * A proportion and where its true value lies.
 *
 * @param lower end of an interval that holds the true value with the stated confidence, as {@code
 *     upper}
 */
public record Proportion(double estimate, double lower, double upper) {

  /**
   * Wilson's interval for {@code hits} of {@code samples}, either of which may be a fraction of an
   * effective sample. E. B. Wilson, JASA 22(158), 1927.
   *
   * @param z normal quantile of the confidence, 1.96 for 95 %
   */
  static Proportion wilson(double hits, double samples, double z) {
    var share = hits / samples;
    var spread = z * z / samples;
    var middle = (share + spread / 2) / (1 + spread);
    var radius = z / (1 + spread) * Math.sqrt((share * (1 - share) + spread / 4) / samples);
    return new Proportion(
        share,
        hits == 0 ? 0 : Math.max(0, middle - radius),
        hits == samples ? 1 : Math.min(1, middle + radius));
  }
}
