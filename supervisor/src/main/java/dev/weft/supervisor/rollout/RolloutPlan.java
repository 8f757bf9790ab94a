package dev.weft.supervisor.rollout;

import java.time.Duration;
import java.util.List;

/**
 * What a rollout is to do, as far as its course depends on it; what its gates measure stands in the
 * manifest alone.
 *
 * @param stage whose variant changes
 * @param candidate name of the variant to come
 * @param candidateDigest of its artifact and options: what is denied or approved is this, not a
 *     name
 * @param steps at least one, of growing shares
 * @param giveUpAfter longest time at one step without a verdict
 * @param whenInconclusive what then follows, as well as from a verdict that stays open
 * @param watch how long, and on what share of frames, what is promoted is held against what it
 *     replaced
 * @param manifest the text it was declared in
 */
public record RolloutPlan(
    String stage,
    String candidate,
    String candidateDigest,
    List<Step> steps,
    Duration giveUpAfter,
    Inconclusive whenInconclusive,
    Watch watch,
    String manifest) {

  /** All of the traffic, in the unit of {@link Step#answers()}. */
  public static final int WHOLE = 10_000;

  static final int STEPS_MAX = 32;

  /**
   * One share of the traffic.
   *
   * @param answers of {@link #WHOLE}, the part of sessions the candidate answers; 0 in the shadow
   * @param compared of {@link #WHOLE}, the part of frames that both variants run
   * @param dwell shortest time at this step
   */
  public record Step(int answers, int compared, Duration dwell) {
    public Step {
      requirePart("answers", answers);
      requirePart("compared", compared);
      requireNotNegative("dwell", dwell);
    }

    /** As people say it: {@code shadow} or {@code 25 %}. */
    public String label() {
      return answers == 0 ? "shadow" : "%s %%".formatted(percent(answers));
    }
  }

  /**
   * The time after a promotion in which it is taken back if outputs drift.
   *
   * @param lasts zero for none
   * @param compared of {@link #WHOLE}, the part of frames that the replaced variant runs as well
   */
  public record Watch(Duration lasts, int compared) {
    public Watch {
      requireNotNegative("lasts", lasts);
      requirePart("compared", compared);
    }
  }

  /** What becomes of a rollout whose step comes to no verdict. */
  public enum Inconclusive {
    /** It stays where it is until somebody says more. */
    PAUSE,
    /** It is rolled back. */
    ROLL_BACK
  }

  public RolloutPlan {
    steps = List.copyOf(steps);
    if (steps.isEmpty() || steps.size() > STEPS_MAX) {
      throw new IllegalArgumentException(
          "steps: %d (expected: 1 to %d)".formatted(steps.size(), STEPS_MAX));
    }
    for (var i = 1; i < steps.size(); i++) {
      if (steps.get(i).answers() <= steps.get(i - 1).answers()) {
        throw new IllegalArgumentException(
            "steps[%d]: %s after %s (expected: a larger share)"
                .formatted(i, steps.get(i).label(), steps.get(i - 1).label()));
      }
    }
    requireNotNegative("give-up-after", giveUpAfter);
  }

  boolean isLast(int step) {
    return step == steps.size() - 1;
  }

  private static String percent(int part) {
    return part % 100 == 0 ? Integer.toString(part / 100) : Double.toString(part / 100.0);
  }

  private static void requirePart(String name, int part) {
    if (part < 0 || part > WHOLE) {
      throw new IllegalArgumentException("%s: %d (expected: 0 to %d)".formatted(name, part, WHOLE));
    }
  }

  private static void requireNotNegative(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("%s: %s (expected: >= 0)".formatted(name, duration));
    }
  }
}
