package dev.weft.supervisor.gate;

/**
 * Where a true value lies: below {@code lower} and above {@code upper} each with no more than a
 * stated probability.
 */
record Interval(double lower, double upper) {

  /** Of the candidate's value less the stable's. */
  static Interval difference(Interval candidate, Interval stable) {
    return new Interval(candidate.lower - stable.upper, candidate.upper - stable.lower);
  }

  /** Of the candidate's value over the stable's, both at least 0. */
  static Interval ratio(Interval candidate, Interval stable) {
    return new Interval(
        stable.upper == 0 || Double.isInfinite(stable.upper) ? 0 : candidate.lower / stable.upper,
        stable.lower == 0 ? Double.POSITIVE_INFINITY : candidate.upper / stable.lower);
  }
}
