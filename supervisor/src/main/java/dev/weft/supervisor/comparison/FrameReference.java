package dev.weft.supervisor.comparison;

import java.util.Comparator;

/**
 * A frame as a trace knows it.
 *
 * @param session empty if it belongs to none
 * @param epoch of the process that ran it; numbers begin anew with each
 * @param number of the frame within the epoch
 */
public record FrameReference(String session, long epoch, long number)
    implements Comparable<FrameReference> {

  private static final Comparator<FrameReference> ORDER =
      Comparator.comparing(FrameReference::session)
          .thenComparing(FrameReference::epoch)
          .thenComparing(FrameReference::number);

  @Override
  public int compareTo(FrameReference other) {
    return ORDER.compare(this, other);
  }

  /** For example {@code visit-7/2/1041}. */
  @Override
  public String toString() {
    return "%s/%d/%d".formatted(session, epoch, number);
  }
}
