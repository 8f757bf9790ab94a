package dev.weft.fabric.session;

import dev.weft.persistence.journal.EntityHistory;
import dev.weft.persistence.journal.Journal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The states a session went through, rebuilt from its events: what the marks in a trace say of it
 * must be among them.
 */
public final class SessionHistory {

  /** Where a session stood: in which epoch, and how many frames it knew of. */
  private record Place(long epoch, long through) {}

  private final Map<Place, Set<String>> digests = new HashMap<>();

  private SessionHistory() {}

  /**
   * Rebuilds what {@code journal} has of {@code session}; nothing if it has none of it.
   *
   * @throws dev.weft.persistence.journal.JournalException if the database does not answer
   * @throws dev.weft.persistence.journal.UnreadableEventException if a row is damaged
   */
  public static SessionHistory of(Journal journal, String session) {
    var rows = EntityHistory.of(journal, SessionEntity.persistenceId(session));
    var history = new SessionHistory();
    var state =
        rows.snapshot().map(stored -> (SessionState) read(stored)).orElseGet(SessionState::none);
    history.add(state);
    for (var stored : rows.events()) {
      state = state.on((SessionEvent) read(stored));
      history.add(state);
    }
    return history;
  }

  private static Object read(EntityHistory.Stored stored) {
    return SessionCodec.CODEBOOK.read(stored.manifest(), stored.bytes());
  }

  private void add(SessionState state) {
    var place = new Place(state.epoch(), state.checkpoint().lastFrame());
    digests.computeIfAbsent(place, _ -> new HashSet<>()).add(SessionCodec.digest(state));
  }

  /** Whether anything is known of where it stood then. */
  public boolean knows(long epoch, long through) {
    return digests.containsKey(new Place(epoch, through));
  }

  /** Whether it was in a state of this digest while it stood there. */
  public boolean has(long epoch, long through, String digest) {
    return digests.getOrDefault(new Place(epoch, through), Set.of()).contains(digest);
  }
}
