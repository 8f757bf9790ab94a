package dev.weft.supervisor.comparison;

import java.util.Comparator;

/**
 * A frame as a trace knows it.
 *
 * @param session empty if it belongs to none
 * @param epoch of the process that ran it; numbers begin anew with each
 * @param number of the frame within the epoch
 * @param isReplayed whether it came from a trace rather than from a caller
 */
public record FrameReference(String session, long epoch, long number, boolean isReplayed)
    implements Comparable<FrameReference> {

  private static final Comparator<FrameReference> ORDER =
      Comparator.comparing(FrameReference::session)
          .thenComparing(FrameReference::epoch)
          .thenComparing(FrameReference::number)
          .thenComparing(FrameReference::isReplayed);

  /** Of a caller's frame. */
  public FrameReference(String session, long epoch, long number) {
    this(session, epoch, number, false);
  }

  @Override
  public int compareTo(FrameReference other) {
    return ORDER.compare(this, other);
  }

  /** For example {@code visit-7/2/1041}, or {@code visit-7/2/1041 (replayed)}. */
  @Override
  public String toString() {
    return "%s/%d/%d%s".formatted(session, epoch, number, isReplayed ? " (replayed)" : "");
  }
}
