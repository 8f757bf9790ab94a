package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import dev.weft.fabric.session.SessionEntity.Command;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalRepair;
import dev.weft.persistence.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions on the real embedded journal. */
class SessionJournalTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void aBrokenRowStopsThatSessionOnlyWhichNamesItsRepair() throws SQLException {
    var settings = settings();
    try (var journal = Journal.open(settings)) {
      var kit = ActorTestKit.create(SessionFeeder.config(settings));
      try {
        TestProbe<StatusReply<SessionState>> answers = kit.createTestProbe();
        var broken = kit.spawn(SessionFeeder.session("broken"));
        var sound = kit.spawn(SessionFeeder.session("sound"));
        for (var session : java.util.List.of(broken, sound)) {
          ask(answers, session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
          ask(answers, session, replyTo -> new SessionEntity.ReserveBudget(1, 10, replyTo));
          ask(answers, session, replyTo -> new SessionEntity.ReserveBudget(2, 10, replyTo));
        }
        broken.tell(SessionEntity.Stop.INSTANCE);
        answers.expectTerminated(broken, PATIENCE);
        spoil(settings, "Session|broken", 3);

        var stopped = kit.spawn(SessionFeeder.session("broken"));
        var refused = ask(answers, stopped, SessionEntity.Tell::new);
        answers.expectTerminated(stopped, PATIENCE);
        var goesOn =
            ask(answers, sound, replyTo -> new SessionEntity.ReserveBudget(3, 10, replyTo));

        var why = assertInstanceOf(SessionException.class, refused.getError());
        assertEquals(SessionRefusal.JOURNAL_BROKEN, why.refusal());
        assertTrue(
            why.toString().contains("./weft db repair --entity 'Session|broken'"), why.toString());
        assertTrue(goesOn.isSuccess());

        new JournalRepair(journal, folder.resolve("aside")).repair("Session|broken");
        var repaired = kit.spawn(SessionFeeder.session("broken"));
        var state = ask(answers, repaired, SessionEntity.Tell::new).getValue();
        assertEquals(1, state.budget().lastBlock());
      } finally {
        kit.shutdownTestKit();
      }
    }
  }

  @Test
  void nothingThatWasAnsweredIsLostWhenTheProcessIsKilled()
      throws IOException, InterruptedException {
    var settings = settings();
    var acknowledged = SessionFeeder.runAndKill(folder.resolve("journal"), 300);

    try (var _ = Journal.open(settings)) {
      var kit = ActorTestKit.create(SessionFeeder.config(settings));
      try {
        TestProbe<StatusReply<SessionState>> answers = kit.createTestProbe();
        for (var each : acknowledged.entrySet()) {
          var session = kit.spawn(SessionFeeder.session(each.getKey()));
          var kept = ask(answers, session, SessionEntity.Tell::new).getValue();
          assertTrue(
              kept.checkpoint().lastFrame() >= each.getValue(),
              "%s: %s (expected: >= %d)".formatted(each.getKey(), kept, each.getValue()));
        }
      } finally {
        kit.shutdownTestKit();
      }
    }
  }

  @Test
  void storedSessionsAreReadWithoutWakingThemAndBrokenOnesAreNamed() throws SQLException {
    var settings = settings();
    try (var journal = Journal.open(settings)) {
      var kit = ActorTestKit.create(SessionFeeder.config(settings));
      try {
        TestProbe<StatusReply<SessionState>> answers = kit.createTestProbe();
        for (var name : List.of("one", "two", "three")) {
          var session = kit.spawn(SessionFeeder.session(name));
          ask(answers, session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
          ask(answers, session, replyTo -> new SessionEntity.ReserveBudget(1, 10, replyTo));
          if (name.equals("two")) {
            ask(answers, session, replyTo -> new SessionEntity.Close("over", replyTo));
          }
        }
      } finally {
        kit.shutdownTestKit();
      }
      spoil(settings, "Session|three", 2);

      var stored = new StoredSessions(journal);
      var first = stored.page("", 2);
      var rest = stored.page(first.next().orElseThrow(), 2);
      var all = new java.util.TreeMap<String, SessionState>();
      first.sessions().forEach(each -> all.put(each.session(), each.state()));
      rest.sessions().forEach(each -> all.put(each.session(), each.state()));
      assertEquals(10, java.util.Objects.requireNonNull(all.get("one")).budget().reserved());
      assertEquals(
          SessionState.Phase.CLOSED, java.util.Objects.requireNonNull(all.get("two")).phase());
      // Up to the damaged row it can be read.
      assertEquals(0, java.util.Objects.requireNonNull(all.get("three")).budget().reserved());
      assertTrue(rest.next().isEmpty());
    }
  }

  private static StatusReply<SessionState> ask(
      TestProbe<StatusReply<SessionState>> answers,
      ActorRef<Command> session,
      Function<ActorRef<StatusReply<SessionState>>, Command> request) {
    session.tell(request.apply(answers.getRef()));
    return answers.receiveMessage(PATIENCE);
  }

  private static void spoil(JournalSettings settings, String id, long number) throws SQLException {
    var sql =
        "UPDATE \"event_journal\" SET \"event_payload\" = X'00' WHERE \"persistence_id\" = ? AND"
            + " \"sequence_number\" = ?";
    try (var connection =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        var statement = connection.prepareStatement(sql)) {
      statement.setString(1, id);
      statement.setLong(2, number);
      assertEquals(1, statement.executeUpdate());
    }
  }

  private JournalSettings settings() {
    return SessionFeeder.settings(folder.resolve("journal"));
  }
}
