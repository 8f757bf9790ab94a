package dev.weft.sim.invariant;

/**
 * Something that must not be.
 *
 * @param invariant the name of what does not hold, such as {@value AcknowledgedKept#NAME}
 */
public record Violation(String invariant, String what) {

  @Override
  public String toString() {
    return invariant + ": " + what;
  }
}
