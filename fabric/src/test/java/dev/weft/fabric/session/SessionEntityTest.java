package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.testkit.JournalOperation;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.ProcessingPolicy;
import akka.persistence.testkit.ProcessingResult;
import akka.persistence.testkit.ProcessingSuccess;
import akka.persistence.testkit.StorageFailure;
import akka.persistence.testkit.WriteEvents;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.session.SessionEntity.Command;
import dev.weft.fabric.session.SignalSchema.Declared;
import dev.weft.fabric.session.SignalSchema.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionEntityTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final SignalSchema SCHEMA =
      new SignalSchema(Map.of("place", new Declared(Kind.TEXT, Duration.ofMinutes(1), 100)));
  private static final SessionRules RULES =
      new SessionRules(200, 300, 4, 3, 10, 2, Duration.ofSeconds(60), Duration.ofSeconds(1));

  private static final ActorTestKit KIT = ActorTestKit.create(config());
  private static final PersistenceTestKit JOURNAL = PersistenceTestKit.create(KIT.system());

  private final TenantContexts tenants = new TenantContexts(RULES.tenantContextBytesMax());
  private final TestProbe<StatusReply<SessionState>> answers = KIT.createTestProbe();
  private volatile Instant now = NOON;

  private static Config config() {
    var defaults = ConfigFactory.load();
    return SessionRules.overlay(defaults)
        .withFallback(PersistenceTestKitPlugin.getInstance().config())
        .withFallback(PersistenceTestKitSnapshotPlugin.config())
        .withFallback(EventSourcedBehaviorTestKit.config())
        .withFallback(defaults)
        .resolve();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void heal() {
    JOURNAL.resetPolicy();
  }

  /** The kit also passes every command's event and the state through the codec and back. */
  @Test
  void storesTheEventAndAnswersWithTheStateAfterIt() {
    var session =
        EventSourcedBehaviorTestKit.<Command, SessionEvent, SessionState>create(
            KIT.system(),
            behavior("stores"),
            EventSourcedBehaviorTestKit.enabledSerializationSettings().withVerifyCommands(false));

    var opened =
        session.<StatusReply<SessionState>>runCommand(
            replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    var again =
        session.<StatusReply<SessionState>>runCommand(
            replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    var refused =
        session.<StatusReply<SessionState>>runCommand(
            replyTo -> new SessionEntity.ReserveBudget(1, 1001, replyTo));
    var told =
        session.<StatusReply<SessionState>>runCommand(
            replyTo ->
                new SessionEntity.Observe(Map.of("place", new SignalValue.Text("door")), replyTo));

    assertEquals(new SessionEvent.Opened("acme", 1, 1000, NOON, FeederId.of(1)), opened.event());
    assertEquals(SessionState.Phase.OPEN, opened.reply().getValue().phase());
    assertTrue(again.hasNoEvents());
    assertTrue(again.reply().isSuccess());
    assertTrue(refused.hasNoEvents());
    assertEquals(SessionRefusal.OVER_BUDGET, refusal(refused.reply()));
    assertEquals(1, told.reply().getValue().context().signals().size());
    assertEquals(told.state(), session.restart().state());
  }

  @Test
  void isTheSameAfterARestartAndDeletesWhatSnapshotsStandFor() {
    var session = start("snapshots");
    ask(session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    for (var frame = 1L; frame <= 50; frame++) {
      checkpoint(session, frame);
    }
    // A snapshot that comes while the last one's deletion runs leaves its own to the next.
    var frames = new AtomicLong(50);
    answers.awaitAssert(
        PATIENCE,
        () -> {
          checkpoint(session, frames.incrementAndGet());
          var left = JOURNAL.persistedInStorage("Session|snapshots").size();
          assertTrue(left <= 25, "events left: " + left);
          return left;
        });
    var before = ask(session, SessionEntity.Tell::new).getValue();
    stop(session);

    assertEquals(before, ask(start("snapshots"), SessionEntity.Tell::new).getValue());
  }

  @Test
  void refusesWhatIsTooManyWhileTheJournalIsSlowAndAnswersAllElse() {
    var session = start("slow");
    ask(session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    var gate = new CountDownLatch(1);
    JOURNAL.withPolicy(new SlowWrites(gate, ProcessingSuccess.getInstance()));
    for (var block = 1L; block <= 5; block++) {
      session.tell(new SessionEntity.ReserveBudget(block, 10, answers.getRef()));
    }

    assertEquals(SessionRefusal.BUSY, refusal(answers.receiveMessage(PATIENCE)));
    assertEquals(SessionRefusal.BUSY, refusal(answers.receiveMessage(PATIENCE)));
    gate.countDown();
    for (var block = 1L; block <= 3; block++) {
      assertEquals(block, answers.receiveMessage(PATIENCE).getValue().budget().lastBlock());
    }
    answers.expectNoMessage(Duration.ZERO);
  }

  @Test
  void answersAllThatWaitWhenTheJournalFails() {
    var session = start("failing");
    ask(session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    ask(session, place("x".repeat(60)));
    assertTrue(tenants.bytes("acme") > 60);
    var gate = new CountDownLatch(1);
    JOURNAL.withPolicy(
        new SlowWrites(gate, new StorageFailure(new IllegalStateException("the disk is gone"))));
    session.tell(new SessionEntity.ReserveBudget(1, 10, answers.getRef()));
    for (var waiting = 0; waiting < 3; waiting++) {
      session.tell(new SessionEntity.Tell(answers.getRef()));
    }
    // The last one is too many: so all before it are inside.
    assertEquals(SessionRefusal.BUSY, refusal(answers.receiveMessage(PATIENCE)));
    gate.countDown();

    assertEquals(SessionRefusal.JOURNAL_FAILED, refusal(answers.receiveMessage(PATIENCE)));
    assertEquals(SessionRefusal.STOPPED, refusal(answers.receiveMessage(PATIENCE)));
    assertEquals(SessionRefusal.STOPPED, refusal(answers.receiveMessage(PATIENCE)));
    answers.expectTerminated(session, PATIENCE);
    assertEquals(0, tenants.bytes("acme"));
    JOURNAL.resetPolicy();
    var state = ask(start("failing"), SessionEntity.Tell::new).getValue();
    assertEquals(0, state.budget().lastBlock());
  }

  @Test
  void answersAllThatWaitWhenTheJournalCannotBeRead() {
    JOURNAL.failNextRead("Session|unread");
    var session =
        KIT.spawn(
            Behaviors.<Command>setup(
                context -> {
                  // Before the entity reads anything, or it may be gone when it is asked.
                  context.getSelf().tell(new SessionEntity.Tell(answers.getRef()));
                  return behavior("unread");
                }));

    assertEquals(SessionRefusal.JOURNAL_FAILED, refusal(answers.receiveMessage(PATIENCE)));
    answers.expectTerminated(session, PATIENCE);
  }

  @Test
  void stopsWhenItIsToldTo() {
    var session = start("stopped");
    ask(session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    session.tell(new SessionEntity.ReserveBudget(1, 10, answers.getRef()));
    session.tell(SessionEntity.Stop.INSTANCE);

    assertTrue(answers.receiveMessage(PATIENCE).isSuccess());
    answers.expectTerminated(session, PATIENCE);
  }

  @Test
  void readsTheJournalAgainWhereOthersMayHaveChangedIt() {
    var session = start("superseded");
    ask(session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    var other = start("superseded");
    ask(other, replyTo -> new SessionEntity.ReserveBudget(1, 10, replyTo));
    assertEquals(0, lastBlock(ask(session, SessionEntity.Tell::new)));

    RenewalExtension.get(KIT.system()).renew();
    var refused = ask(session, SessionEntity.Tell::new);
    answers.expectTerminated(session, PATIENCE);
    var again = start("superseded");

    assertEquals(SessionRefusal.STOPPED, refusal(refused));
    assertEquals(1, lastBlock(ask(again, SessionEntity.Tell::new)));
    List.of(other, again).forEach(this::stop);
  }

  @Test
  void readsTheJournalAgainBeforeItRefusesWhatOnlyAnotherMayKnowOf() {
    var session = start("behind");
    ask(session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    var other = start("behind");
    ask(other, replyTo -> new SessionEntity.ReserveBudget(1, 10, replyTo));
    now = NOON.plusSeconds(2);

    var refused = ask(session, replyTo -> new SessionEntity.SettleBudget(1, 5, replyTo));
    answers.expectTerminated(session, PATIENCE);
    var again = start("behind");

    assertEquals(SessionRefusal.STOPPED, refusal(refused));
    assertTrue(ask(again, replyTo -> new SessionEntity.SettleBudget(1, 5, replyTo)).isSuccess());
    List.of(other, again).forEach(this::stop);
  }

  @Test
  void refusesAtOnceWhatTheJournalDidNotKnowOfJustNow() {
    var session = start("ahead");
    ask(session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    now = NOON.plusSeconds(2);
    ask(session, replyTo -> new SessionEntity.ReserveBudget(1, 10, replyTo));

    var refused = ask(session, replyTo -> new SessionEntity.SettleBudget(2, 5, replyTo));

    assertEquals(SessionRefusal.OUT_OF_ORDER, refusal(refused));
    stop(session);
  }

  @Test
  void whoIsBehindIsRefusedAndHasNoJournalRead() {
    var session = start("not-behind");
    ask(session, replyTo -> new SessionEntity.Open("acme", 1, 1000, replyTo));
    ask(session, replyTo -> new SessionEntity.ReserveBudget(1, 10, replyTo));
    now = NOON.plusSeconds(2);

    var refused = ask(session, replyTo -> new SessionEntity.ReserveBudget(1, 20, replyTo));

    assertEquals(SessionRefusal.OUT_OF_ORDER, refusal(refused));
    assertTrue(ask(session, SessionEntity.Tell::new).isSuccess());
    stop(session);
  }

  /** However long it is gone: the site that is told is asked then. */
  @Test
  void whoSpeaksOfASessionThatHasMovedIsToldWhereItIs() {
    var session = start("moved");
    ask(session, replyTo -> new SessionEntity.Open("acme", SessionEntity.FEEDERS, 1000, replyTo));
    var leaving = ask(session, replyTo -> new SessionEntity.PrepareMove("elsewhere", replyTo));
    var hash = SessionMoves.offer(leaving.getValue(), "here").hash();
    ask(session, replyTo -> new SessionEntity.Release("elsewhere", hash, replyTo));
    now = NOON.plusSeconds(5);

    var refused = ask(session, replyTo -> new SessionEntity.ReserveBudget(2, 10, replyTo));

    assertEquals(SessionRefusal.MOVED, refusal(refused));
    assertTrue(ask(session, SessionEntity.Tell::new).isSuccess());
    stop(session);
  }

  @Test
  void aMoveIsCalledOffInTimeWhateverIsAskedMeanwhile() {
    var session = start("leaving");
    ask(session, replyTo -> new SessionEntity.Open("acme", SessionEntity.FEEDERS, 1000, replyTo));
    ask(session, replyTo -> new SessionEntity.PrepareMove("elsewhere", replyTo));
    now = NOON.plusSeconds(50);
    var refused = ask(session, replyTo -> new SessionEntity.SettleBudget(9, 5, replyTo));
    now = NOON.plusSeconds(61);

    assertEquals(SessionRefusal.OUT_OF_ORDER, refusal(refused));
    var claimed = ask(session, SessionEntity.Claim::new);
    assertTrue(claimed.getValue().whereabouts() instanceof Whereabouts.Here);
    stop(session);
  }

  private static long lastBlock(StatusReply<SessionState> reply) {
    return reply.getValue().budget().lastBlock();
  }

  @Test
  void contextsOfATenantsSessionsShareOneBound() {
    var first = start("first");
    var second = start("second");
    ask(first, replyTo -> new SessionEntity.Open("shared", 1, 0, replyTo));
    ask(second, replyTo -> new SessionEntity.Open("shared", 1, 0, replyTo));
    ask(first, place("x".repeat(100)));
    var room = RULES.tenantContextBytesMax() - (int) tenants.bytes("shared");
    ask(second, place("x".repeat(100)));
    assertTrue(room >= 100);

    var third = start("third");
    ask(third, replyTo -> new SessionEntity.Open("shared", 1, 0, replyTo));
    var refused = ask(third, place("x".repeat(100)));
    ask(first, replyTo -> new SessionEntity.Close("done", replyTo));
    var accepted = ask(third, place("x".repeat(100)));

    assertEquals(SessionRefusal.TENANT_CONTEXT_FULL, refusal(refused));
    assertTrue(accepted.isSuccess());
    List.of(first, second, third).forEach(this::stop);
    assertEquals(0, tenants.bytes("shared"));
  }

  private void checkpoint(ActorRef<Command> session, long frame) {
    var hash = "ab".repeat(32);
    ask(session, replyTo -> new SessionEntity.RecordFrames(1, frame, frame, hash, replyTo));
  }

  private static Function<ActorRef<StatusReply<SessionState>>, Command> place(String text) {
    return replyTo ->
        new SessionEntity.Observe(Map.of("place", new SignalValue.Text(text)), replyTo);
  }

  private akka.actor.typed.Behavior<Command> behavior(String id) {
    return SessionEntity.create(id, () -> SCHEMA, RULES, tenants, Feeder.untraced(9), () -> now);
  }

  private ActorRef<Command> spawn(String id) {
    return KIT.spawn(behavior(id));
  }

  /** Started and recovered. */
  private ActorRef<Command> start(String id) {
    var session = spawn(id);
    ask(session, SessionEntity.Tell::new);
    return session;
  }

  private void stop(ActorRef<Command> session) {
    session.tell(SessionEntity.Stop.INSTANCE);
    answers.expectTerminated(session, PATIENCE);
  }

  private StatusReply<SessionState> ask(
      ActorRef<Command> session, Function<ActorRef<StatusReply<SessionState>>, Command> request) {
    session.tell(request.apply(answers.getRef()));
    return answers.receiveMessage(PATIENCE);
  }

  private static SessionRefusal refusal(StatusReply<SessionState> reply) {
    assertTrue(reply.isError(), "answered: " + reply);
    return assertInstanceOf(SessionException.class, reply.getError()).refusal();
  }

  /** Holds every write until the gate is open, and lets it end so. */
  private record SlowWrites(CountDownLatch gate, ProcessingResult result)
      implements ProcessingPolicy<JournalOperation> {

    @Override
    public ProcessingResult tryProcess(String persistenceId, JournalOperation operation) {
      if (operation instanceof WriteEvents) {
        try {
          gate.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return result;
      }
      return ProcessingSuccess.getInstance();
    }
  }
}
