package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalLeaseTest {

  private static final int ROUNDS = 20;
  private static final int OWNERS = 4;
  private static final Duration HELD = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void oneAtATimeHasItInPostgres() throws Exception {
    try (var server = Postgres.start()) {
      oneAtATimeHasIt(Postgres.settings(server));
    }
  }

  @Test
  void oneAtATimeHasItInAServedJournal() throws Exception {
    try (var server = JournalServerProcess.start(folder, 0)) {
      oneAtATimeHasIt(server.settings());
    }
  }

  @Test
  void oneAtATimeHasItInAFile() throws Exception {
    oneAtATimeHasIt(new JournalSettings.Embedded(folder, Duration.ofSeconds(5)));
  }

  private static void oneAtATimeHasIt(JournalSettings settings) throws Exception {
    try (var journal = Journal.migrate(settings)) {
      var mine = new JournalLease(journal, "site", "a", HELD);
      var other = new JournalLease(journal, "site", "b", HELD);
      var less = Duration.ofMillis(900);
      assertThrows(
          IllegalArgumentException.class, () -> new JournalLease(journal, "site", "a", less));
      assertTrue(mine.acquire());
      assertTrue(mine.acquire(), "again");
      assertFalse(other.acquire());
      assertTrue(new JournalLease(journal, "another", "b", HELD).acquire(), "of another name");
      other.release();
      assertFalse(other.acquire(), "what is not its own it cannot give back");
      mine.release();
      assertTrue(other.acquire());
      end(journal);
      assertTrue(mine.acquire(), "over by itself");
      assertFalse(other.acquire());
      mine.release();
      oneOfManyWins(journal);
    }
  }

  /** As when the time for which all leases are held has passed. */
  private static void end(Journal journal) throws Exception {
    try (var connection = journal.connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE \"weft_lease\" SET \"until\" = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");
    }
  }

  private static void oneOfManyWins(Journal journal) throws Exception {
    var barrier = new CyclicBarrier(OWNERS);
    try (var threads = Executors.newFixedThreadPool(OWNERS)) {
      for (var round = 0; round < ROUNDS; round++) {
        var name = "round-" + round;
        var answers = new ArrayList<Future<Boolean>>();
        for (var owner = 0; owner < OWNERS; owner++) {
          var lease = new JournalLease(journal, name, "owner-" + owner, HELD);
          answers.add(
              threads.submit(
                  () -> {
                    barrier.await();
                    return lease.acquire();
                  }));
        }
        var winners = 0;
        for (var answer : answers) {
          winners += answer.get() ? 1 : 0;
        }
        assertEquals(1, winners, name);
      }
    }
  }
}
