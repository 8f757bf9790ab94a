package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SessionsActorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final TestProbe<String> told = KIT.createTestProbe();
  private final TestProbe<StatusReply<SessionState>> answers = KIT.createTestProbe();
  private final AtomicLong nanos = new AtomicLong();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** Says what comes to it, and falls asleep when the test lets it. */
  private Behavior<SessionEntity.Command> session(String id) {
    return Behaviors.setup(
        _ -> {
          told.getRef().tell(id + " woke");
          return Behaviors.receiveMessage(
              command -> {
                if (command instanceof SessionEntity.Stop) {
                  told.getRef().tell(id + " slept");
                  return Behaviors.stopped();
                }
                told.getRef().tell(id + " was asked");
                return Behaviors.same();
              });
        });
  }

  /** Falls asleep only when it is asked for the second time after that. */
  private Behavior<SessionEntity.Command> reluctant(ActorRef<ActorRef<SessionEntity.Command>> out) {
    return Behaviors.setup(
        context -> {
          out.tell(context.getSelf());
          return Behaviors.receiveMessage(
              command ->
                  command instanceof SessionEntity.Stop
                      ? Behaviors.receiveMessage(_ -> Behaviors.stopped())
                      : Behaviors.same());
        });
  }

  @Test
  void wakesASessionOnceAndHasTheOneAskedLongestAgoSleepWhenTooManyAreAwake() {
    var sessions = spawn(new AwakeRules(2, 2, 4, Duration.ofHours(1)));

    ask(sessions, "a");
    ask(sessions, "b");
    ask(sessions, "a");
    assertEquals(
        List.of("a was asked", "a was asked", "a woke", "b was asked", "b woke"),
        told.receiveSeveralMessages(5, PATIENCE).stream().sorted().toList());
    ask(sessions, "c");

    var next = told.receiveSeveralMessages(3, PATIENCE);
    assertTrue(next.contains("b slept"), next.toString());
    assertTrue(next.contains("c was asked"), next.toString());
    ask(sessions, "a");
    told.expectMessage("a was asked");
  }

  @Test
  void hasASessionSleepAfterATimeWithoutRequestsAndWakesItForTheNext() {
    var sessions = spawn(new AwakeRules(10, 2, 4, Duration.ofMillis(40)));
    ask(sessions, "idle");
    told.expectMessage("idle woke");
    told.expectMessage("idle was asked");
    told.expectNoMessage(Duration.ofMillis(100));

    nanos.addAndGet(Duration.ofMillis(41).toNanos());

    told.expectMessage(PATIENCE, "idle slept");
    ask(sessions, "idle");
    told.expectMessage("idle woke");
    told.expectMessage("idle was asked");
  }

  @Test
  void whatComesWhileASessionFallsAsleepWaitsAndWakesItAgain() {
    TestProbe<ActorRef<SessionEntity.Command>> out = KIT.createTestProbe();
    var sessions =
        KIT.spawn(
            SessionsActor.create(
                id -> id.equals("a") ? reluctant(out.getRef()) : session(id),
                new AwakeRules(1, 1, 2, Duration.ofHours(1)),
                nanos::get));
    ask(sessions, "a");
    var first = out.receiveMessage(PATIENCE);
    ask(sessions, "b");
    told.expectMessage("b woke");
    told.expectMessage("b was asked");

    ask(sessions, "a");
    ask(sessions, "a");
    ask(sessions, "a");
    assertEquals(SessionRefusal.BUSY, refusal(), "a third one behind");
    ask(sessions, "c");
    assertEquals(SessionRefusal.BUSY, refusal(), "one more than may be awake or fall asleep");
    first.tell(new SessionEntity.Tell(answers.getRef()));

    var again = out.receiveMessage(PATIENCE);
    assertTrue(!again.equals(first));
    answers.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aSessionThatEndedByItselfWakesForTheNextRequest() {
    var sessions =
        KIT.spawn(
            SessionsActor.create(
                id ->
                    Behaviors.setup(
                        _ -> {
                          told.getRef().tell(id + " woke");
                          return Behaviors.receiveMessage(_ -> Behaviors.stopped());
                        }),
                new AwakeRules(1, 1, 2, Duration.ofHours(1)),
                nanos::get));
    for (var round = 0; round < 3; round++) {
      told.awaitAssert(
          PATIENCE,
          () -> {
            ask(sessions, "a");
            return told.expectMessage(Duration.ofMillis(50), "a woke");
          });
    }
  }

  @Test
  void whatASessionDidNotComeToBeforeItFailedIsAnswered() {
    var gate = new CountDownLatch(1);
    var sessions =
        KIT.spawn(
            SessionsActor.create(
                id ->
                    id.equals("b")
                        ? session(id)
                        : Behaviors.receiveMessage(
                            _ -> {
                              gate.await();
                              return Behaviors.stopped();
                            }),
                new AwakeRules(2, 1, 2, Duration.ofHours(1)),
                nanos::get));
    ask(sessions, "a");
    ask(sessions, "a");
    ask(sessions, "a");
    ask(sessions, "b");
    told.expectMessage(PATIENCE, "b woke"); // All before it are with their session.
    told.expectMessage(PATIENCE, "b was asked");
    gate.countDown();

    assertEquals(SessionRefusal.STOPPED, refusal());
    assertEquals(SessionRefusal.STOPPED, refusal());
    answers.expectNoMessage(Duration.ZERO);
  }

  private ActorRef<SessionsActor.Command> spawn(AwakeRules rules) {
    return KIT.spawn(SessionsActor.create(this::session, rules, nanos::get));
  }

  private void ask(ActorRef<SessionsActor.Command> sessions, String id) {
    sessions.tell(new SessionsActor.For(id, new SessionEntity.Tell(answers.getRef())));
  }

  private SessionRefusal refusal() {
    var reply = answers.receiveMessage(PATIENCE);
    return assertInstanceOf(SessionException.class, reply.getError()).refusal();
  }
}
