package dev.weft.persistence.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

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
    var read = new ArrayList<EntityHistory>(1);
    each(journal, List.of(entity), (_, history) -> read.add(history));
    return read.getFirst();
  }

  /**
   * Reads those of several entities one after the other, over one connection.
   *
   * @param each given each of them
   * @throws JournalException if the database does not answer
   */
  public static void each(
      Journal journal, List<String> entities, BiConsumer<String, EntityHistory> each) {
    try (var connection = journal.connect()) {
      for (var entity : entities) {
        each.accept(entity, read(connection, entity));
      }
    } catch (SQLException e) {
      throw journal.failed(e);
    }
  }

  private static EntityHistory read(Connection connection, String entity) throws SQLException {
    var rows = JournalRows.of(connection, entity);
    var snapshot = rows.earliest();
    var events = new ArrayList<Stored>();
    for (var row : rows.eventsAfter(snapshot.map(JournalRows.Row::number).orElse(0L))) {
      events.add(stored(row));
    }
    return new EntityHistory(snapshot.map(EntityHistory::stored), events);
  }

  private static Stored stored(JournalRows.Row row) {
    return new Stored(row.manifest(), row.stored());
  }
}
