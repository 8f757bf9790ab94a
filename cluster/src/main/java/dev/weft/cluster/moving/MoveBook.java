package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The moves that a node has carried out, counted by their reason, and the last of them. Threadsafe.
 */
public final class MoveBook {

  /** The last ones that are kept. */
  public static final int RECENT_MAX = 50;

  /**
   * A move.
   *
   * @param from where it was, if who moved it knew that
   * @param trouble why it failed; empty if it did not
   */
  public record Entry(
      Instant at,
      String session,
      Optional<SiteName> from,
      SiteName to,
      MoveReason reason,
      String trouble) {}

  /**
   * What there is to tell.
   *
   * @param moved since the start of the process, by reason
   * @param failed tries that failed since then; most are tried again
   * @param recent the last ones, the latest first
   */
  public record Moves(Map<MoveReason, Long> moved, long failed, List<Entry> recent) {

    public Moves {
      moved = java.util.Collections.unmodifiableMap(new TreeMap<>(moved));
      recent = List.copyOf(recent);
    }
  }

  private final Map<MoveReason, Long> moved = new EnumMap<>(MoveReason.class);
  private final Deque<Entry> recent = new ArrayDeque<>();
  private long failed;

  public MoveBook() {
    for (var reason : MoveReason.values()) {
      moved.put(reason, 0L);
    }
  }

  /** Notes what became of a move. */
  public synchronized void note(Entry entry) {
    if (entry.trouble().isEmpty()) {
      moved.merge(entry.reason(), 1L, Long::sum);
    } else {
      failed++;
    }
    recent.addFirst(entry);
    if (recent.size() > RECENT_MAX) {
      recent.removeLast();
    }
  }

  void note(SessionMove move, Outcome outcome, Instant now) {
    if (outcome.kind() != Outcome.Kind.NOTHING) {
      note(
          new Entry(
              now,
              move.session(),
              Optional.of(move.from()),
              move.to(),
              move.reason(),
              outcome.why()));
    }
  }

  public synchronized Moves moves() {
    return new Moves(moved, failed, List.copyOf(recent));
  }
}
