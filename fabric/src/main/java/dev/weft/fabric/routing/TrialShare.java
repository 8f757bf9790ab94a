package dev.weft.fabric.routing;

/**
 * How much of a step's traffic a candidate has in a trial: the frames it answers, and those where
 * the other arm runs in the shadow of the one that answers.
 *
 * <p>Who is answered by the candidate depends on the key alone: a larger share keeps all who were
 * in the smaller one.
 *
 * @param trial name that keeps two trials independent of each other
 * @param stickyBy request attribute whose value decides; a frame without it decides for itself
 * @param answers of {@link #WHOLE}, the part of keys the candidate answers
 * @param compared of {@link #WHOLE}, the part of frames that both arms run
 */
public record TrialShare(String trial, String stickyBy, int answers, int compared) {

  /** All of the traffic. */
  public static final int WHOLE = 10_000;

  public TrialShare {
    requirePart("answers", answers);
    requirePart("compared", compared);
  }

  /** Whether the candidate answers the frames of this key. */
  public boolean answers(String key) {
    return answers > 0 && StickyHash.point(trial, key) * WHOLE < answers;
  }

  /** Whether both arms run the frame of this number; spread evenly and alike on every node. */
  public boolean compares(long number) {
    return Long.remainderUnsigned(number * 0x9E3779B97F4A7C15L >>> 11, WHOLE) < compared;
  }

  private static void requirePart(String name, int part) {
    if (part < 0 || part > WHOLE) {
      throw new IllegalArgumentException("%s: %d (expected: 0 to %d)".formatted(name, part, WHOLE));
    }
  }
}
