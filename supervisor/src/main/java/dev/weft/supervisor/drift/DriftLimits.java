package dev.weft.supervisor.drift;

/**
 * How far a promoted variant's outputs may lie from those of the variant it replaced, on the same
 * frames, before that is drift.
 *
 * @param windowMin compared frames below which a window says nothing
 * @param flipsMax mean share of flips or mismatches that is normal, in ]0, 1[
 * @param ksMax Kolmogorov-Smirnov distance of the outputs' distributions that is normal
 * @param psiMax population stability index of them that is normal; nats
 * @param falseAlarm largest probability of an alarm in a window in which all is normal
 */
public record DriftLimits(
    long windowMin, double flipsMax, double ksMax, double psiMax, double falseAlarm) {

  public DriftLimits {
    if (windowMin < 1
        || !(flipsMax > 0 && flipsMax < 1)
        || !(ksMax >= 0 && ksMax < 1)
        || !(psiMax >= 0)
        || !(falseAlarm > 0 && falseAlarm < 1)) {
      throw new IllegalArgumentException(
          ("drift limits: window %d, flips %s, ks %s, psi %s, false alarm %s (expected: >= 1, in"
                  + " ]0, 1[, in [0, 1[, >= 0, in ]0, 1[)")
              .formatted(windowMin, flipsMax, ksMax, psiMax, falseAlarm));
    }
  }
}
