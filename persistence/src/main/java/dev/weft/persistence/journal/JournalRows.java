package dev.weft.persistence.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a journal has of one entity, and how much of it makes sense. */
final class JournalRows {

  /**
   * A row of either table.
   *
   * @param isWhole whether its bytes are those that were written
   */
  record Row(
      boolean isEvent,
      long number,
      int serializer,
      String manifest,
      byte[] stored,
      boolean isWhole) {}

  private final String entity;
  private final List<Row> snapshots;
  private final List<Row> events;

  private JournalRows(String entity, List<Row> snapshots, List<Row> events) {
    this.entity = entity;
    this.snapshots = snapshots;
    this.events = events;
  }

  static JournalRows of(Connection connection, String entity) throws SQLException {
    return new JournalRows(entity, rows(connection, entity, false), rows(connection, entity, true));
  }

  /** Persistence ids in the journal, in order. */
  static List<String> entities(Connection connection, int max) throws SQLException {
    var sql =
        """
        SELECT "persistence_id" FROM "event_journal" UNION SELECT "persistence_id" FROM "snapshot"
        ORDER BY 1\
        """;
    var ids = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var found = statement.executeQuery(sql)) {
      while (found.next() && ids.size() < max) {
        ids.add(found.getString(1));
      }
    }
    return ids;
  }

  /**
   * Some of the persistence ids of one kind, in the database's order.
   *
   * @param type of the entities: what stands before the bar in their ids
   * @param after id behind which to begin
   */
  static List<String> entities(Connection connection, String type, String after, int max)
      throws SQLException {
    var some =
        """
        (SELECT DISTINCT "persistence_id" FROM "%s"
        WHERE "persistence_id" LIKE ? AND "persistence_id" > ?
        ORDER BY "persistence_id" FETCH FIRST ? ROWS ONLY)\
        """;
    var sql =
        "%s UNION %s ORDER BY 1 FETCH FIRST ? ROWS ONLY"
            .formatted(some.formatted("event_journal"), some.formatted("snapshot"));
    var ids = new ArrayList<String>();
    try (var statement = connection.prepareStatement(sql)) {
      for (var table = 0; table < 2; table++) {
        statement.setString(3 * table + 1, type + "|%");
        statement.setString(3 * table + 2, after);
        statement.setInt(3 * table + 3, max);
      }
      statement.setInt(7, max);
      try (var found = statement.executeQuery()) {
        while (found.next()) {
          ids.add(found.getString(1));
        }
      }
    }
    return ids;
  }

  static void delete(Connection connection, String entity, List<Row> rows) throws SQLException {
    for (var row : rows) {
      var table = row.isEvent() ? "event_journal" : "snapshot";
      var sql =
          "DELETE FROM \"%s\" WHERE \"persistence_id\" = ? AND \"sequence_number\" = ?"
              .formatted(table);
      try (var statement = connection.prepareStatement(sql)) {
        statement.setString(1, entity);
        statement.setLong(2, row.number());
        statement.executeUpdate();
      }
    }
  }

  boolean isEmpty() {
    return snapshots.isEmpty() && events.isEmpty();
  }

  /** How many events are there, whole or not. */
  int events() {
    return events.size();
  }

  /** Number of the last event the entity can be built up to. */
  long lastReadable() {
    var last = base();
    for (var event : events) {
      if (event.number() == last + 1 && event.isWhole()) {
        last++;
      }
    }
    return last;
  }

  /** The earliest snapshot that the events there go on from; empty if they begin with the first. */
  Optional<Row> earliest() {
    var first = events.isEmpty() ? Long.MAX_VALUE : events.getFirst().number();
    return first == 1
        ? Optional.empty()
        : snapshots.stream()
            .filter(Row::isWhole)
            .filter(row -> row.number() + 1 >= first || events.isEmpty())
            .findFirst();
  }

  /** The events behind number {@code from}, up to the first hole or damaged one. */
  List<Row> eventsAfter(long from) {
    var found = new ArrayList<Row>();
    for (var event : events) {
      if (event.number() == from + found.size() + 1 && event.isWhole()) {
        found.add(event);
      }
    }
    return found;
  }

  /** What stands in the way of building the entity, or after what does. */
  List<Row> beyondRepairPoint() {
    var last = lastReadable();
    if (last == 0 && !events.isEmpty() && events.getFirst().number() > 1) {
      throw new JournalException(
          JournalException.Code.UNREPAIRABLE,
          "entity '%s': no snapshot can be read, and its events start at %d (expected: 1)"
              .formatted(entity, events.getFirst().number()));
    }
    var beyond = new ArrayList<Row>();
    snapshots.stream().filter(row -> !row.isWhole() || row.number() > last).forEach(beyond::add);
    events.stream().filter(row -> row.number() > last).forEach(beyond::add);
    return beyond;
  }

  /** Number of the event that the newest whole snapshot stands for, 0 without one. */
  private long base() {
    return snapshots.stream().filter(Row::isWhole).mapToLong(Row::number).max().orElse(0);
  }

  private static List<Row> rows(Connection connection, String entity, boolean isEvent)
      throws SQLException {
    var kind = isEvent ? "event" : "snapshot";
    var sql =
        """
        SELECT "sequence_number", "%1$s_ser_id", "%1$s_ser_manifest", "%1$s_payload" FROM "%2$s"
        WHERE "persistence_id" = ? %3$s ORDER BY "sequence_number\"\
        """
            .formatted(
                kind, isEvent ? "event_journal" : "snapshot", isEvent ? "AND NOT \"deleted\"" : "");
    var rows = new ArrayList<Row>();
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, entity);
      try (var found = statement.executeQuery()) {
        while (found.next()) {
          var manifest = found.getString(3);
          var stored = found.getBytes(4);
          rows.add(
              new Row(
                  isEvent,
                  found.getLong(1),
                  found.getInt(2),
                  manifest,
                  stored,
                  Seal.isWhole(manifest, stored)));
        }
      }
    }
    return rows;
  }
}
