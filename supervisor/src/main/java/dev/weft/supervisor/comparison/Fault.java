package dev.weft.supervisor.comparison;

/**
 * An answer of a candidate that no comparison excuses: one is enough to fail.
 *
 * @param tensor the output; empty where it is of the whole run
 * @param frame where it was first seen
 * @param what was found and what was expected
 */
public record Fault(Kind kind, String tensor, FrameReference frame, String what) {

  /** What can be wrong with an answer. */
  public enum Kind {
    /** A NaN where the stable variant has none, or an infinity where it has a finite number. */
    NOT_FINITE,
    /** Another shape than the stable variant's. */
    SHAPE,
    /** Another datatype than the stable variant's. */
    DATATYPE,
    /** The process ended in which it ran. */
    CRASH,
    /** The run gave an error where the stable variant gave an answer. */
    FAILED
  }

  /** For example {@code NOT_FINITE in 'logits' of frame visit-7/2/1041: NaN at 3}. */
  @Override
  public String toString() {
    var where = tensor.isEmpty() ? "" : " in '%s'".formatted(tensor);
    return "%s%s of frame %s: %s".formatted(kind, where, frame, what);
  }
}
