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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalLeaseTest {

  private static final int ROUNDS = 20;
  private static final int OWNERS = 4;

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
      var mine = lease(journal, "site", "a");
      var other = lease(journal, "site", "b");
      assertTrue(mine.acquire());
      assertTrue(mine.acquire(), "again");
      assertFalse(other.acquire());
      assertTrue(lease(journal, "another", "b").acquire(), "of another name");
      other.release();
      assertFalse(other.acquire(), "what is not its own it cannot give back");
      mine.release();
      assertTrue(other.acquire());
      end(journal);
      assertTrue(mine.acquire(), "over by itself");
      assertFalse(other.acquire());
      mine.release();
      endsAfterItsTime(journal);
      oneOfManyWins(journal);
    }
  }

  private static void endsAfterItsTime(Journal journal) throws InterruptedException {
    var shortly = new JournalLease(journal, "shortly", "a", Duration.ofSeconds(1));
    var other = lease(journal, "shortly", "b");
    assertTrue(shortly.acquire());
    while (!other.acquire()) {
      TimeUnit.MILLISECONDS.sleep(50); // Until the test's own timeout.
    }
    assertFalse(shortly.acquire());
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> new JournalLease(journal, "x", "a", Duration.ofMillis(999)));
    assertEquals("lease 'x': held for PT0.999S (expected: at least 1 s)", wrong.getMessage());
  }

  /** As when the time for which all leases are held has passed. */
  private static void end(Journal journal) throws Exception {
    try (var connection = journal.connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE \"weft_lease\" SET \"until\" = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");
    }
  }

  private static JournalLease lease(Journal journal, String name, String owner) {
    return new JournalLease(journal, name, owner, Duration.ofMinutes(1));
  }

  private static void oneOfManyWins(Journal journal) throws Exception {
    var barrier = new CyclicBarrier(OWNERS);
    try (var threads = Executors.newFixedThreadPool(OWNERS)) {
      for (var round = 0; round < ROUNDS; round++) {
        var name = "round-" + round;
        var answers = new ArrayList<Future<Boolean>>();
        for (var owner = 0; owner < OWNERS; owner++) {
          var lease = lease(journal, name, "owner-" + owner);
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
