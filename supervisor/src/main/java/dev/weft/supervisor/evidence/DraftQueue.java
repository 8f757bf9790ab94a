package dev.weft.supervisor.evidence;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The entries of one rollout that wait for a disk, in order, at most {@value #WAITING_MAX}. What
 * finds no place, or is given up, is counted where it would have been.
 */
final class DraftQueue {

  static final int WAITING_MAX = 256;

  private final Deque<Draft> waiting = new ArrayDeque<>();
  private long lostAtEnd;
  private Instant lostAt = Instant.EPOCH;
  private long lost;

  void add(Draft draft) {
    lostAt = draft.at();
    if (waiting.size() < WAITING_MAX) {
      waiting.add(draft.behind(lostAtEnd));
      lostAtEnd = 0;
    } else {
      lose(1, draft.at());
    }
  }

  /** Counts entries that are not there to be added. */
  void lose(long entries, Instant at) {
    lostAtEnd += entries;
    lost += entries;
    lostAt = at;
  }

  /** Puts {@code drafts} before all others; few, or what was taken from here. */
  void restore(List<Draft> drafts) {
    drafts.reversed().forEach(waiting::addFirst);
  }

  /** The next to be written: an entry, or the gap before it. */
  Optional<Draft> next() {
    var first = waiting.peek();
    if (first != null) {
      return Optional.of(first.missing() > 0 ? first.gap() : first);
    }
    return lostAtEnd > 0
        ? Optional.of(new Draft(lostAtEnd, lostAt, "", Map.of(), true).gap())
        : Optional.empty();
  }

  /** {@link #next} has been written. */
  void written() {
    var first = waiting.poll();
    if (first == null) {
      lostAtEnd = 0;
    } else if (first.missing() > 0) {
      waiting.addFirst(first.told());
    }
  }

  /** Gives up the figures that wait: a disk that takes nothing now is to get what matters. */
  void shed() {
    var all = new ArrayList<>(waiting);
    var behindAll = lostAtEnd;
    waiting.clear();
    lostAtEnd = 0;
    for (var draft : all) {
      if (draft.isKept()) {
        waiting.add(draft.behind(lostAtEnd));
        lostAtEnd = 0;
      } else {
        lostAtEnd += draft.missing();
        lose(1, draft.at());
      }
    }
    lostAtEnd += behindAll;
  }

  boolean isEmpty() {
    return waiting.isEmpty() && lostAtEnd == 0;
  }

  /** Entries that wait, and those that are missing and not told to be. */
  long untold() {
    return lostAtEnd + waiting.stream().mapToLong(draft -> draft.missing() + 1).sum();
  }

  /** Entries lost so far, told or not. */
  long lost() {
    return lost;
  }
}
