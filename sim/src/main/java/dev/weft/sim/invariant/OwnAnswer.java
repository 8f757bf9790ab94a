package dev.weft.sim.invariant;

import java.util.Arrays;
import java.util.List;

/** Who asks is answered what he asked, whatever shared the run. */
public final class OwnAnswer {

  public static final String NAME = "own-answer";

  private OwnAnswer() {}

  /**
   * @param expected what may have come out, by the variants that may have run
   * @param mayBeBroken whether the engine may have given what is no number
   */
  public static List<Violation> check(
      String frame, float[] answer, List<float[]> expected, boolean mayBeBroken) {
    if (expected.stream().anyMatch(each -> Arrays.equals(answer, each))
        || mayBeBroken && isBroken(answer)) {
      return List.of();
    }
    return List.of(
        new Violation(
            NAME,
            "%s: %s (expected: %s)"
                .formatted(
                    frame,
                    Arrays.toString(answer),
                    expected.stream().map(Arrays::toString).toList())));
  }

  private static boolean isBroken(float[] answer) {
    for (var value : answer) {
      if (!Float.isNaN(value)) {
        return false;
      }
    }
    return answer.length > 0;
  }
}
