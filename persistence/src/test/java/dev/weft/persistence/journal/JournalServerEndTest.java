package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import dev.weft.persistence.journal.LedgerEntity.Ledger;
import dev.weft.persistence.journal.LedgerEntity.Notice;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose served journal is killed and started again under them. */
class JournalServerEndTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration CALL_MAX = Duration.ofSeconds(5);
  private static final Duration LULL = Duration.ofMillis(300);

  @TempDir private Path folder;

  @Test
  void entitiesOfAllNodesFailAndThenGoOnWithWhatWasAnswered() throws Exception {
    try (var server = JournalServerProcess.start(folder, 0);
        var one = new Node(server.settings(), "one");
        var other = new Node(server.settings(), "other")) {
      one.enter(25);
      other.enter(25);
      var before = List.of(one.awaitAnswers(25), other.awaitAnswers(25));
      server.kill();
      one.fail();
      other.fail();
      try (var again = JournalServerProcess.start(folder, server.port())) {
        assertEquals(server.settings(), again.settings());
        assertTrue(one.enterUntilAnswered() > before.get(0), "one goes on");
        assertTrue(other.enterUntilAnswered() > before.get(1), "the other goes on");
        requireSound(again.settings());
      }
    }
  }

  @Test
  void nothingAnsweredIsLostWhenItIsKilledWhileNodesWrite() throws Exception {
    var port = 0;
    var answered = List.of(0L, 0L);
    for (var life = 0; life < 2; life++) {
      try (var server = JournalServerProcess.start(folder, port);
          var one = new Node(server.settings(), "one");
          var other = new Node(server.settings(), "other")) {
        port = server.port();
        requireSound(server.settings());
        assertTrue(one.entered() >= answered.get(0), "events of one in life " + life);
        assertTrue(other.entered() >= answered.get(1), "events of the other in life " + life);
        one.enter(2_000);
        other.enter(2_000);
        var many = List.of(one.awaitAnswers(100), other.awaitAnswers(50));
        server.kill();
        answered = List.of(one.awaitLastAnswer(many.get(0)), other.awaitLastAnswer(many.get(1)));
      }
    }
  }

  private void requireSound(JournalSettings settings) throws SQLException {
    try (var journal = Journal.open(settings)) {
      assertEquals(List.of(), new JournalRepair(journal, folder).broken());
    }
  }

  /** A node with one entity. */
  private static final class Node implements AutoCloseable {

    private final ActorTestKit kit;
    private final String id;
    private final TestProbe<StatusReply<Ledger>> answers;
    private final TestProbe<Notice> notices;
    private ActorRef<LedgerEntity.Command> ledger;

    Node(JournalSettings settings, String id) {
      this.kit = ActorTestKit.create(LedgerWriter.config(settings));
      this.id = id;
      this.answers = kit.createTestProbe();
      this.notices = kit.createTestProbe();
      this.ledger = start();
      notices.expectMessage(PATIENCE, new LedgerEntity.Recovered());
    }

    private ActorRef<LedgerEntity.Command> start() {
      return kit.spawn(LedgerEntity.create(id, 1_000_000, notices.getRef()));
    }

    long entered() {
      ledger.tell(new LedgerEntity.Tell(answers.getRef()));
      return answers.receiveMessage(PATIENCE).getValue().amounts().size();
    }

    void enter(int count) {
      for (var i = 0; i < count; i++) {
        ledger.tell(new LedgerEntity.Enter(List.of(1L), answers.getRef()));
      }
    }

    long awaitAnswers(int count) {
      return answers.receiveSeveralMessages(count, PATIENCE).getLast().getValue().amounts().size();
    }

    /** What the last answer tells that came before the entity stopped. */
    long awaitLastAnswer(long before) {
      answers.expectTerminated(ledger, PATIENCE);
      var last = before;
      for (var answer = next(LULL); answer.isPresent(); answer = next(LULL)) {
        last = answer.getAsLong();
      }
      return last;
    }

    /** How many events the next answer tells; empty if there is none for so long. */
    private OptionalLong next(Duration patience) {
      try {
        return OptionalLong.of(answers.receiveMessage(patience).getValue().amounts().size());
      } catch (AssertionError _) {
        return OptionalLong.empty();
      }
    }

    /** Enters one that nobody is there to write. */
    void fail() {
      enter(1);
      answers.expectTerminated(ledger, PATIENCE);
    }

    /** Starts the entity again until it can be read, and enters one. */
    long enterUntilAnswered() {
      return answers.awaitAssert(
          PATIENCE,
          () -> {
            ledger = start();
            assertInstanceOf(LedgerEntity.Recovered.class, notices.receiveMessage(PATIENCE));
            enter(1);
            return next(CALL_MAX).orElseThrow(AssertionError::new);
          });
    }

    @Override
    public void close() {
      kit.shutdownTestKit();
    }
  }
}
