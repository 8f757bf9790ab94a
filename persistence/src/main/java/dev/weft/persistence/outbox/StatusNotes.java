package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an outbox says of itself beside its cursors, for those who look while it runs or after it
 * ended. Never forced, and not written at all if the disk does not take it. Not for several
 * threads.
 */
public final class StatusNotes {

  private static final String STATUS = ".status";
  private static final int BYTES_MAX = 1 << 16;

  /** Shortest time between two notes. */
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Cursors cursors;
  private final String sink;
  private @Nullable OutboxStatus noted;
  private long notedAtNanos;

  /**
   * A status as it was noted.
   *
   * @param at when that was
   */
  public record Note(OutboxStatus status, Instant at) {}

  StatusNotes(Cursors cursors, String sink) {
    this.cursors = cursors;
    this.sink = sink;
  }

  /**
   * Notes {@code status} if it is news, now and then.
   *
   * @param nanos on the outbox's steady clock
   * @param waitNanos until this is called again; before a longer wait everything is noted
   */
  void note(OutboxStatus status, Instant now, long nanos, long waitNanos) {
    var isDue = noted == null || nanos - notedAtNanos >= EVERY_NANOS || waitNanos > EVERY_NANOS;
    if (isDue && !status.equals(noted)) {
      notedAtNanos = nanos;
      write(status, now);
    }
  }

  /** Notes {@code status} now. */
  void write(OutboxStatus status, Instant now) {
    noted = status;
    try {
      cursors.leave(sink + STATUS, StatusCodec.encode(new Note(status, now)));
    } catch (DiskException e) {
      // Who looks sees an older note, with its time; sending goes on.
      noted = null;
    }
  }

  /** What the outbox to {@code sink} noted last; empty if nothing that can be read. */
  public static Optional<Note> read(Disk disk, String sink) throws DiskException {
    return Cursors.content(disk, sink + STATUS, BYTES_MAX).flatMap(StatusCodec::decode);
  }
}
