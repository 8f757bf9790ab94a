package dev.weft.persistence.journal;

import dev.weft.persistence.disk.DiskException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Makes an entity readable again whose journal has a broken row: what comes after the last event
 * that can be read is written to a file and taken out. Nothing else is touched.
 *
 * <p>An entity is built from its newest snapshot that can be read and the events after it, so a
 * broken row before that snapshot harms nothing and stays.
 */
public final class JournalRepair {

  /**
   * What was done.
   *
   * @param lastReadable number of the last event that is left, 0 if there is none
   * @param copy the file with what was taken out; empty if nothing had to be
   */
  public record Outcome(
      String entity,
      long lastReadable,
      int eventsRemoved,
      int snapshotsRemoved,
      Optional<Path> copy) {}

  private final Journal journal;
  private final Path copies;

  /**
   * @param copies the folder for what is taken out; it is made when it is needed
   */
  public JournalRepair(Journal journal, Path copies) {
    this.journal = journal;
    this.copies = copies;
  }

  /**
   * Repairs one entity, which must not run meanwhile.
   *
   * @param entity its persistence id, such as {@code Session|cam-7}
   * @throws JournalException if the entity has no row, or none that it could be built from
   */
  public Outcome repair(String entity) {
    try (var connection = journal.connect()) {
      connection.setAutoCommit(false);
      var rows = JournalRows.of(connection, entity);
      if (rows.isEmpty()) {
        throw new JournalException(
            JournalException.Code.UNREPAIRABLE,
            "entity '%s': not in the journal (expected: one of those there, such as %s)"
                .formatted(entity, JournalRows.entities(connection, 3)));
      }
      var broken = rows.beyondRepairPoint();
      if (broken.isEmpty()) {
        return new Outcome(entity, rows.lastReadable(), 0, 0, Optional.empty());
      }
      var copy = writeAside(entity, broken);
      JournalRows.delete(connection, entity, broken);
      connection.commit();
      var events = (int) broken.stream().filter(JournalRows.Row::isEvent).count();
      return new Outcome(
          entity, rows.lastReadable(), events, broken.size() - events, Optional.of(copy));
    } catch (SQLException e) {
      throw journal.failed(e);
    }
  }

  /** Entities that cannot be built from what the journal has. */
  public List<String> broken() {
    try (var connection = journal.connect()) {
      return JournalRows.entities(connection, Integer.MAX_VALUE).stream()
          .filter(entity -> isBroken(connection, entity))
          .toList();
    } catch (SQLException e) {
      throw journal.failed(e);
    }
  }

  private boolean isBroken(Connection connection, String entity) {
    try {
      return !JournalRows.of(connection, entity).beyondRepairPoint().isEmpty();
    } catch (JournalException _) {
      return true;
    } catch (SQLException e) {
      throw journal.failed(e);
    }
  }

  /** One line per row, on the disk before anything is deleted. */
  private Path writeAside(String entity, List<JournalRows.Row> rows) {
    var lines = new StringBuilder("# rows taken out of the journal of " + entity + "\n");
    lines.append("# table, number, serializer, manifest, stored bytes in base64\n");
    for (var row : rows) {
      lines
          .append(row.isEvent() ? "event" : "snapshot")
          .append('\t')
          .append(row.number())
          .append('\t')
          .append(row.serializer())
          .append('\t')
          .append(row.manifest())
          .append('\t')
          .append(Base64.getEncoder().encodeToString(row.stored()))
          .append('\n');
    }
    try {
      Files.createDirectories(copies);
      var file = unused(entity.replaceAll("[^A-Za-z0-9._-]", "_"));
      try (var channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        var bytes = java.nio.ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      return file;
    } catch (IOException e) {
      throw new JournalException(
          JournalException.Code.FAILED,
          "%s: %s (expected: a folder for what is taken out)"
              .formatted(copies, DiskException.words(e)),
          e);
    }
  }

  private Path unused(String name) {
    for (var count = 1; ; count++) {
      var file = copies.resolve("%s-%d.rows".formatted(name, count));
      if (!Files.exists(file)) {
        return file;
      }
    }
  }
}
