package dev.weft.cluster.fleet;

/** How a node stands with what it was ordered. */
public enum Standing {
  /** It runs what it ran before, or had put back. */
  KEEPS,
  /** It cannot do what it was ordered, and tries again when it is told again. */
  REFUSES,
  /**
   * It has not begun: it brings the candidate's model, and is to be told again when that is there.
   */
  BRINGS,
  /** The candidate is on trial there. */
  TRIES,
  /** The candidate was promoted, and is held against what it replaced. */
  WATCHES,
  /** The candidate was promoted for good. */
  HOLDS,
  /** The candidate failed there and was taken back. */
  ROLLED_BACK;

  /** The nearest that releases know in which no models travel; it stands beside the word itself. */
  Standing known() {
    return this == BRINGS ? REFUSES : this;
  }

  /**
   * What was written.
   *
   * @param known what {@link #known} gave, by its name
   * @param brings whether it was {@link #BRINGS}
   * @throws IllegalArgumentException if there is no such standing
   */
  static Standing of(String known, boolean brings) {
    var standing = valueOf(known);
    return brings && standing == REFUSES ? BRINGS : standing;
  }
}
