package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes that both think an entity is theirs: of each number of it, one event is kept, and the
 * other node is told so by a failed write.
 */
class WriterFenceTest {

  private static final int ROUNDS = 50;
  private static final String DUPLICATE = "23505";

  @TempDir private Path folder;

  @Test
  void oneOfTwoWritersWinsInAServedJournal() throws Exception {
    try (var server = JournalServerProcess.start(folder, 0)) {
      oneOfTwoWritersWins(server.settings());
    }
  }

  @Test
  void oneOfTwoWritersWinsInPostgres() throws Exception {
    try (var server = Postgres.start()) {
      oneOfTwoWritersWins(Postgres.settings(server));
    }
  }

  private static void oneOfTwoWritersWins(JournalSettings settings)
      throws SQLException, IOException, InterruptedException, ExecutionException {
    var barrier = new CyclicBarrier(2);
    try (var journal = Journal.migrate(settings);
        var first = journal.connect();
        var second = journal.connect();
        var look = journal.connect();
        var threads = Executors.newFixedThreadPool(2)) {
      var one = threads.submit(() -> write(first, "one", barrier));
      var other = threads.submit(() -> write(second, "other", barrier));
      var winners = new ArrayList<String>();
      for (var round = 0; round < ROUNDS; round++) {
        var isOne = one.get().get(round);
        assertEquals(!isOne, other.get().get(round), "writers of event " + (round + 1));
        winners.add(isOne ? "one" : "other");
      }
      assertEquals(winners, kept(look));
    }
  }

  /** In which rounds its event was kept. */
  private static List<Boolean> write(Connection connection, String writer, CyclicBarrier barrier)
      throws Exception {
    connection.setAutoCommit(false);
    var wins = new ArrayList<Boolean>();
    for (var number = 1; number <= ROUNDS; number++) {
      barrier.await();
      wins.add(insert(connection, writer, number));
    }
    return wins;
  }

  private static boolean insert(Connection connection, String writer, long number)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            """
            INSERT INTO "event_journal" ("persistence_id", "sequence_number", "writer",
              "write_timestamp", "adapter_manifest", "event_ser_id", "event_ser_manifest",
              "event_payload")
            VALUES ('Session|cam-7', ?, ?, 0, '', 1, 'm', ?)\
            """)) {
      insert.setLong(1, number);
      insert.setString(2, writer);
      insert.setBytes(3, new byte[300]);
      insert.executeUpdate();
      connection.commit();
      return true;
    } catch (SQLException e) {
      assertEquals(DUPLICATE, e.getSQLState(), e::toString);
      connection.rollback();
      return false;
    }
  }

  private static List<String> kept(Connection connection) throws SQLException {
    var writers = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT \"writer\" FROM \"event_journal\" ORDER BY \"sequence_number\"")) {
      while (rows.next()) {
        writers.add(rows.getString(1));
      }
    }
    return writers;
  }
}
