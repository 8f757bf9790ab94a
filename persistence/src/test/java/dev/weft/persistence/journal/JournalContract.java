package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.persistence.journal.LedgerEntity.Command;
import dev.weft.persistence.journal.LedgerEntity.Ledger;
import dev.weft.persistence.journal.LedgerEntity.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every journal keeps its promises about, whichever database is below. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JournalContract {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path folder;

  private Journal journal;
  private ActorTestKit kit;
  private TestProbe<StatusReply<Ledger>> answers;
  private TestProbe<Notice> notices;

  /** The database under test, empty. */
  abstract JournalSettings settings() throws IOException;

  /** A database that another process may have while this one has {@link #settings}. */
  abstract JournalSettings settingsOfAnotherProcess();

  @BeforeAll
  void open() throws IOException {
    var settings = settings();
    journal = Journal.migrate(settings);
    kit = ActorTestKit.create(config(settings));
    answers = kit.createTestProbe();
    notices = kit.createTestProbe();
  }

  @AfterEach
  void heal() {
    FaultyDriver.heal();
  }

  @AfterAll
  void close() {
    kit.shutdownTestKit();
    journal.close();
  }

  /** As in production, with the faults between the plugin and the database. */
  private static Config config(JournalSettings settings) {
    return ConfigFactory.parseString(
            """
            akka-persistence-jdbc.shared-databases.weft.db {
              driver = "%s"
              url = "%s"
            }
            akka.persistence.journal-plugin-fallback.circuit-breaker.max-failures = 1000
            """
                .formatted(FaultyDriver.class.getName(), FaultyDriver.url(settings.url())))
        .withFallback(LedgerWriter.config(settings));
  }

  @Test
  void eventsComeBackInTheOrderInWhichTheyWereWritten() {
    var ledger = start("order", 1000);
    for (var amount = 1L; amount <= 100; amount++) {
      ledger.tell(new LedgerEntity.Enter(List.of(amount), answers.getRef()));
    }
    answers.receiveSeveralMessages(100, PATIENCE);

    assertEquals(upTo(100), amounts(restart(ledger, "order", 1000)));
  }

  @Test
  void entitiesThatWriteAtOnceDoNotMix() {
    var many =
        java.util.stream.IntStream.range(0, 16).mapToObj(i -> start("many-" + i, 1000)).toList();
    for (var amount = 1L; amount <= 20; amount++) {
      for (var ledger : many) {
        ledger.tell(new LedgerEntity.Enter(List.of(amount), answers.getRef()));
      }
    }
    answers.receiveSeveralMessages(20 * 16, PATIENCE);

    for (var i = 0; i < 16; i++) {
      assertEquals(upTo(20), amounts(restart(many.get(i), "many-" + i, 1000)));
    }
  }

  @Test
  void entitiesOfAKindAreListedPageByPage() {
    var names = List.of("Shelf|a", "Shelf|b", "Shelf|c", "Shelf|d/e", "Shelf|f");
    for (var name : names) {
      enter(start(name, 2), 1, 2, 3, 4, 5); // With snapshots, too.
    }
    enter(start("Shelves|a", 1000), 1);

    var found = new java.util.ArrayList<String>();
    var page = journal.entities("Shelf", "", 2);
    while (!page.isEmpty()) {
      assertTrue(page.size() <= 2, page.toString());
      found.addAll(page);
      page = journal.entities("Shelf", found.getLast(), 2);
    }
    assertEquals(names, found.stream().sorted().toList());
    assertEquals(List.of(), journal.entities("Nothing", "", 10));
  }

  @Test
  void aBatchThatFailsHalfwayLeavesNothing() throws SQLException {
    var ledger = start("batch", 1000);
    enter(ledger, 1, 2, 3);
    execute(
        """
        INSERT INTO "event_journal" ("persistence_id", "sequence_number", "writer",
          "write_timestamp", "adapter_manifest", "event_ser_id", "event_ser_manifest",
          "event_payload")
        SELECT "persistence_id", 5, "writer", "write_timestamp", "adapter_manifest",
          "event_ser_id", "event_ser_manifest", "event_payload"
        FROM "event_journal" WHERE "persistence_id" = 'batch' AND "sequence_number" = 1\
        """);
    ledger.tell(new LedgerEntity.Enter(List.of(4L, 5L, 6L), answers.getRef()));
    answers.expectTerminated(ledger, PATIENCE);
    execute(
        """
        DELETE FROM "event_journal" WHERE "persistence_id" = 'batch' AND "sequence_number" = 5\
        """);

    assertEquals(upTo(3), amounts(start("batch", 1000)));
    answers.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aBatchWhoseCommitFailsIsKeptAsAWholeOrNotAtAll() {
    var ledger = start("commit", 1000);
    enter(ledger, 1, 2, 3);
    FaultyDriver.failAtCommit();
    ledger.tell(new LedgerEntity.Enter(List.of(4L, 5L, 6L), answers.getRef()));
    answers.expectTerminated(ledger, PATIENCE);
    FaultyDriver.heal();

    var kept = amounts(start("commit", 1000));
    assertTrue(kept.equals(upTo(3)) || kept.equals(upTo(6)), "kept: " + kept);
    answers.expectNoMessage(Duration.ZERO);
  }

  @Test
  void snapshotsStandForTheEventsBeforeThemWhichAreDeleted() throws SQLException {
    var ledger = start("snapshots", 10);
    for (var amount = 1L; amount <= 40; amount++) {
      enter(ledger, amount);
    }
    // A snapshot that comes while the last one's deletion runs leaves its own to the next.
    var entered = new AtomicLong(40);
    answers.awaitAssert(
        PATIENCE,
        () -> {
          enter(ledger, entered.incrementAndGet());
          var left = eventsOf("snapshots");
          assertTrue(left <= 30, "events left: " + left);
          return left;
        });

    assertEquals(upTo(entered.get()), amounts(restart(ledger, "snapshots", 10)));
    try (var connection = journal.connect()) {
      assertEquals(entered.get(), JournalRows.of(connection, "snapshots").lastReadable());
    }
  }

  @Test
  void anEpochIsAboveAllBeforeAlsoWhenTheClockWentBack() {
    var first = journal.nextEpoch(1_000_000);
    var second = journal.nextEpoch(5);
    var third = journal.nextEpoch(second + 1000);

    assertTrue(first >= 1_000_000, "first: " + first);
    assertEquals(first + 1, second);
    assertEquals(second + 1000, third);
  }

  @Test
  void aSlowDatabaseHoldsUpItsWritersOnlyAndLosesNothing() {
    var ledger = start("slow", 1000);
    FaultyDriver.hold();
    for (var amount = 1L; amount <= 10; amount++) {
      ledger.tell(new LedgerEntity.Enter(List.of(amount), answers.getRef()));
    }
    answers.expectNoMessage(Duration.ofMillis(100));
    FaultyDriver.heal();
    answers.receiveSeveralMessages(10, PATIENCE);

    assertEquals(upTo(10), amounts(restart(ledger, "slow", 1000)));
  }

  @Test
  void aFailingDatabaseStopsTheWriterWhichComesBackWithWhatWasAnswered() {
    var ledger = start("failing", 1000);
    enter(ledger, 1, 2);
    FaultyDriver.fail();
    ledger.tell(new LedgerEntity.Enter(List.of(3L), answers.getRef()));
    answers.expectTerminated(ledger, PATIENCE);
    answers.expectNoMessage(Duration.ZERO);
    spawn("failing", 1000);
    assertInstanceOf(LedgerEntity.Unrecovered.class, notices.receiveMessage(PATIENCE));
    FaultyDriver.heal();

    assertEquals(upTo(2), amounts(start("failing", 1000)));
  }

  @Test
  void aBrokenRowStopsItsEntityOnlyUntilItIsRepaired() throws Exception {
    var broken = start("broken", 1000);
    var sound = start("sound", 1000);
    for (var amount = 1L; amount <= 5; amount++) {
      enter(broken, amount);
      enter(sound, amount);
    }
    stop(broken);
    flipABit("broken", 4);

    spawn("broken", 1000);
    var why = assertInstanceOf(LedgerEntity.Unrecovered.class, notices.receiveMessage(PATIENCE));
    assertEquals(UnreadableEventException.Cause.CORRUPT, unreadable(why.why()).why());
    enter(sound, 6);

    var repair = new JournalRepair(journal, folder.resolve("aside"));
    assertEquals(List.of("broken"), repair.broken());
    var outcome = repair.repair("broken");
    assertEquals(3, outcome.lastReadable());
    assertEquals(2, outcome.eventsRemoved());
    assertEquals(4, Files.readAllLines(outcome.copy().orElseThrow()).size());
    assertEquals(List.of(), repair.broken());
    assertEquals(upTo(3), amounts(start("broken", 1000)));
    assertEquals(upTo(6), amounts(restart(sound, "sound", 1000)));
  }

  @Test
  void nothingThatWasAnsweredIsLostWhenTheProcessIsKilled() throws Exception {
    var settings = settingsOfAnotherProcess();

    var acknowledged = LedgerWriter.runAndKill(settings, 400);

    try (var reopened = Journal.migrate(settings);
        var connection = reopened.connect()) {
      for (var each : acknowledged.entrySet()) {
        var kept = JournalRows.of(connection, each.getKey()).lastReadable();
        assertTrue(
            kept >= each.getValue(),
            "%s: %d kept (expected: >= %d)".formatted(each.getKey(), kept, each.getValue()));
      }
      assertEquals(List.of(), new JournalRepair(reopened, folder).broken());
    }
  }

  private ActorRef<Command> spawn(String id, int snapshotEvery) {
    return kit.spawn(LedgerEntity.create(id, snapshotEvery, notices.getRef()));
  }

  private ActorRef<Command> start(String id, int snapshotEvery) {
    var ledger = spawn(id, snapshotEvery);
    expectNotice(new LedgerEntity.Recovered()::equals);
    return ledger;
  }

  private void stop(ActorRef<Command> ledger) {
    ledger.tell(LedgerEntity.Stop.INSTANCE);
    answers.expectTerminated(ledger, PATIENCE);
  }

  private ActorRef<Command> restart(ActorRef<Command> ledger, String id, int snapshotEvery) {
    stop(ledger);
    return start(id, snapshotEvery);
  }

  private void enter(ActorRef<Command> ledger, long... amounts) {
    ledger.tell(new LedgerEntity.Enter(LongStream.of(amounts).boxed().toList(), answers.getRef()));
    answers.receiveMessage(PATIENCE);
  }

  private List<Long> amounts(ActorRef<Command> ledger) {
    ledger.tell(new LedgerEntity.Tell(answers.getRef()));
    return answers.receiveMessage(PATIENCE).getValue().amounts();
  }

  private long eventsOf(String id) {
    try (var connection = journal.connect()) {
      return JournalRows.of(connection, id).events();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void expectNotice(Predicate<Notice> wanted) {
    notices.fishForMessage(
        PATIENCE,
        notice ->
            wanted.test(notice)
                ? akka.actor.testkit.typed.javadsl.FishingOutcomes.complete()
                : akka.actor.testkit.typed.javadsl.FishingOutcomes.continueAndIgnore());
  }

  private void execute(String sql) throws SQLException {
    try (var connection = journal.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void flipABit(String id, long number) throws SQLException {
    var where = " WHERE \"persistence_id\" = ? AND \"sequence_number\" = ?";
    try (var connection = journal.connect();
        var select =
            connection.prepareStatement("SELECT \"event_payload\" FROM \"event_journal\"" + where);
        var update =
            connection.prepareStatement(
                "UPDATE \"event_journal\" SET \"event_payload\" = ?" + where)) {
      select.setString(1, id);
      select.setLong(2, number);
      try (var row = select.executeQuery()) {
        row.next();
        var stored = row.getBytes(1);
        stored[stored.length - 1] ^= 1;
        update.setBytes(1, stored);
      }
      update.setString(2, id);
      update.setLong(3, number);
      assertEquals(1, update.executeUpdate());
    }
  }

  private static UnreadableEventException unreadable(Throwable thrown) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnreadableEventException unreadable) {
        return unreadable;
      }
    }
    throw new AssertionError("not caused by an unreadable event", thrown);
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }
}
