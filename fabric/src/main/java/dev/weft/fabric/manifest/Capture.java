package dev.weft.fabric.manifest;

/**
 * What is recorded of a pipeline's frames, where something records.
 *
 * @param sample share of the frames, 0 to 100; frames of one session are recorded all or none
 * @param retention class that the records are kept under
 */
public record Capture(Level level, int sample, String retention) {

  /** How much of a frame is recorded; each level has what those before it have. */
  public enum Level implements Word {
    /** Nothing. */
    OFF,
    /** Every decision, and of each tensor what it was, not what it held. */
    DIGESTS,
    /** What the pipeline's outputs held, so that replays can tell how far off they are. */
    OUTPUTS,
    /** What the inputs held, so that the frame can be replayed. */
    INPUTS
  }

  public Capture {
    if (sample < 0 || sample > 100) {
      throw new IllegalArgumentException("trace.sample: %d (expected: 0 to 100)".formatted(sample));
    }
  }

  /** Everything of every frame. */
  public static Capture inputs() {
    return new Capture(Level.INPUTS, 100, "default");
  }

  /** The same at no more than {@code most}. */
  public Capture atMost(Level most) {
    return level.compareTo(most) > 0 ? new Capture(most, sample, retention) : this;
  }

  /** Whether a frame of this number and session is among those recorded. */
  public boolean takes(long number, String session) {
    if (level == Level.OFF || sample == 0) {
      return false;
    }
    if (sample == 100) {
      return true;
    }
    // Spread evenly, and alike on every node.
    var key = session.isEmpty() ? number : session.hashCode();
    return Long.remainderUnsigned(key * 0x9E3779B97F4A7C15L >>> 11, 100) < sample;
  }
}
