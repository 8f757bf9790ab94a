package dev.weft.fabric.manifest;

/**
 * Another variant that sees the same inputs as a step, in the shadow lane and without a say in the
 * answer.
 *
 * @param percent share of the frames it is offered, 0 to 100; those it cannot keep up with are
 *     passed over and counted
 */
public record Shadow(String variant, int percent) {

  public Shadow {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException(
          "shadow.percent: %d (expected: 0 to 100)".formatted(percent));
    }
  }
}
