package dev.weft.fabric.session;

import dev.weft.persistence.journal.EntityHistory;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.UnreadableEventException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sessions that a journal has, asleep or awake, as they were stored last; none is woken. All
 * methods block.
 */
public final class StoredSessions {

  private static final String PREFIX = SessionEntity.TYPE + "|";

  private final Journal journal;

  public StoredSessions(Journal journal) {
    this.journal = journal;
  }

  /** A session, and how it stands. */
  public record Stored(String session, SessionState state) {}

  /**
   * Some of the sessions.
   *
   * @param unreadable those of which the journal cannot say how they stand
   * @param next to go on with; empty if there are no more
   */
  public record Page(List<Stored> sessions, List<String> unreadable, Optional<String> next) {

    public Page {
      sessions = List.copyOf(sessions);
      unreadable = List.copyOf(unreadable);
    }
  }

  /**
   * Reads some of them.
   *
   * @param from where to go on: {@link Page#next} of the page before; empty for the first
   * @param max most sessions, at least 1
   * @throws dev.weft.persistence.journal.JournalException if the database does not answer
   */
  public Page page(String from, int max) {
    var ids = journal.entities(SessionEntity.TYPE, from, max);
    var sessions = new ArrayList<Stored>();
    var unreadable = new ArrayList<String>();
    EntityHistory.each(
        journal,
        ids,
        (id, history) -> {
          var session = id.substring(PREFIX.length());
          try {
            sessions.add(new Stored(session, state(history)));
          } catch (UnreadableEventException e) {
            unreadable.add(session);
          }
        });
    return new Page(
        sessions, unreadable, ids.size() < max ? Optional.empty() : Optional.of(ids.getLast()));
  }

  private static SessionState state(EntityHistory rows) {
    var state =
        rows.snapshot().map(stored -> (SessionState) read(stored)).orElseGet(SessionState::none);
    for (var stored : rows.events()) {
      state = state.on((SessionEvent) read(stored));
    }
    return state;
  }

  private static Object read(EntityHistory.Stored stored) {
    return SessionCodec.CODEBOOK.read(stored.manifest(), stored.bytes());
  }
}
