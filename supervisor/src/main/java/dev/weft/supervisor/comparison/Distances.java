package dev.weft.supervisor.comparison;

/**
 * How far two vectors of the same length lie apart. Elements that are the same infinity in both
 * agree; where only one is infinite, or both are of other signs, the first two are infinite.
 *
 * @param maxAbs largest absolute difference of two elements
 * @param relativeL2 Euclidean length of the difference over that of the first; 0 if both are zero,
 *     infinite if only the first is
 * @param cosine 1 - cosine of the angle between them; 0 if both are zero, 1 if one is
 */
record Distances(double maxAbs, double relativeL2, double cosine) {

  /** Of the first {@code length} elements; no NaN among them. Accumulates in FP64. */
  static Distances between(double[] stable, double[] candidate, int length) {
    var maxAbs = 0.0;
    var apart = 0.0;
    var ofStable = 0.0;
    var ofCandidate = 0.0;
    var product = 0.0;
    for (var i = 0; i < length; i++) {
      var one = stable[i];
      var other = candidate[i];
      if (Double.isInfinite(one) || Double.isInfinite(other)) {
        maxAbs = one == other ? maxAbs : Double.POSITIVE_INFINITY;
        continue;
      }
      var difference = other - one;
      maxAbs = Math.max(maxAbs, Math.abs(difference));
      apart += difference * difference;
      ofStable += one * one;
      ofCandidate += other * other;
      product += one * other;
    }
    return new Distances(
        maxAbs,
        Double.isInfinite(maxAbs) ? maxAbs : relative(apart, ofStable),
        cosine(product, ofStable, ofCandidate));
  }

  private static double relative(double apart, double ofStable) {
    if (apart == 0) {
      return 0;
    }
    return ofStable == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(apart / ofStable);
  }

  private static double cosine(double product, double ofStable, double ofCandidate) {
    if (ofStable == 0 || ofCandidate == 0) {
      return ofStable == ofCandidate ? 0 : 1;
    }
    return Math.clamp(1 - product / Math.sqrt(ofStable) / Math.sqrt(ofCandidate), 0, 2);
  }
}
