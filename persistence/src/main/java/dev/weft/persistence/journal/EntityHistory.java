package dev.weft.persistence.journal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a journal has of one entity, from the earliest point on from which it can be built.
 *
 * @param snapshot it begins with; empty if it begins with the first event
 * @param events after that, in order and without a hole; none if nothing can be built
 */
public record EntityHistory(Optional<Stored> snapshot, List<Stored> events) {

  /** An event or a snapshot, to be read by the entity's {@link Codebook}. */
  public record Stored(String manifest, byte[] bytes) {}

  public EntityHistory {
    events = List.copyOf(events);
  }

  /**
   * Reads it.
   *
   * @param entity its persistence id, such as {@code Session|cam-7}
   * @throws JournalException if the database does not answer
   */
  public static EntityHistory of(Journal journal, String entity) {
    try (var connection = journal.connect()) {
      var rows = JournalRows.of(connection, entity);
      var snapshot = rows.earliest();
      var events = new ArrayList<Stored>();
      for (var row : rows.eventsAfter(snapshot.map(JournalRows.Row::number).orElse(0L))) {
        events.add(stored(row));
      }
      return new EntityHistory(snapshot.map(EntityHistory::stored), events);
    } catch (SQLException e) {
      throw journal.failed(e);
    }
  }

  private static Stored stored(JournalRows.Row row) {
    return new Stored(row.manifest(), row.stored());
  }
}
