package dev.weft.fabric.manifest;

/**
 * What may go into a pipeline.
 *
 * @param maxInFlight most frames inside at once, at least 1
 * @param maxInFlightBytes most input bytes of frames inside at once, at least 1
 * @param admission whether a frame that cannot make its deadline is let in
 */
public record Door(int maxInFlight, long maxInFlightBytes, Admission admission) {

  public static final int DEFAULT_FRAMES = 64;
  public static final long DEFAULT_BYTES = 256L << 20;

  /** What the door does about a frame that, as it looks, cannot make its deadline. */
  public enum Admission implements Word {
    /** Refuses it at once and says when to try again. */
    PREDICT,
    /** Lets it in. */
    OPEN
  }

  public Door {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("maxInFlight: %d (expected: >= 1)".formatted(maxInFlight));
    }
    if (maxInFlightBytes < 1) {
      throw new IllegalArgumentException(
          "maxInFlightBytes: %d (expected: >= 1)".formatted(maxInFlightBytes));
    }
  }

  public static Door of(int maxInFlight) {
    return new Door(maxInFlight, DEFAULT_BYTES, Admission.PREDICT);
  }

  /** The same without prediction. */
  public Door open() {
    return new Door(maxInFlight, maxInFlightBytes, Admission.OPEN);
  }
}
