package dev.weft.fabric.sequence;

/** Why a sequence's state is gone. */
public enum SequenceEnd {
  /** Its last frame was answered. */
  ENDED,
  /** A frame that starts it came while it was under way. */
  RESTARTED,
  /** No frame came for the idle timeout. */
  EXPIRED,
  /** Its first frame was not answered, so that there is nothing to go on from. */
  FAILED,
  /** Its pipeline was unloaded or replaced. */
  UNLOADED
}
