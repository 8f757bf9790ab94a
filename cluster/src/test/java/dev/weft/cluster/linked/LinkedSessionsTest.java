package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import dev.weft.cluster.fact.FactBook;
import dev.weft.fabric.session.RelayCodec;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionsActor;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Reason;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LinkedSessionsTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration STALE = Duration.ofSeconds(5);

  private final TestProbe<StatusReply<SessionState>> probe = KIT.createTestProbe();
  private final AtomicLong nanos = new AtomicLong();
  private final FactBook facts = new FactBook(STALE, 10, nanos::get);
  private final List<String> asked = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final LinkedSessions sessions =
      new LinkedSessions(facts, this::answer, Duration.ofSeconds(3), false);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private CompletableFuture<Answer> answer(Address address, Request request) {
    asked.add(address.name().orElseThrow() + " " + request.kind());
    return CompletableFuture.completedFuture(answers.removeFirst());
  }

  private CompletableFuture<SessionState> ask(String session) {
    var request = new SessionEntity.Tell(probe.getRef());
    return sessions.ask(Told.SHOP, new SessionsActor.For(session, request, "shop"));
  }

  private SessionException refused(Answer... answered) {
    answers.clear();
    answers.addAll(List.of(answered));
    var failed = assertThrows(CompletionException.class, () -> ask("shop/x").join());
    return assertInstanceOf(SessionException.class, failed.getCause());
  }

  private static Answer done(SessionException refusal) {
    return new Answer.Done(RelayCodec.answer(null, refusal));
  }

  @Test
  void reachesASiteWhileItsNodesAreHeard() {
    assertFalse(sessions.reaches(Told.SHOP));
    facts.told(Told.node(Told.SHOP, "a", 1));
    assertTrue(sessions.reaches(Told.SHOP));
    assertFalse(sessions.reaches(Told.REGION));
    nanos.addAndGet(STALE.toNanos() + 1);
    assertFalse(sessions.reaches(Told.SHOP));
    assertEquals(SessionRefusal.UNREACHABLE, refused().refusal());
  }

  @Test
  void aMemberOfTheClusterIsNotAskedThatWay() {
    facts.told(Told.with(Told.SHOP, "a", Told.state(1, Set.of())));
    assertFalse(sessions.reaches(Told.SHOP));
  }

  @Test
  void bringsTheStateThatASessionTold() {
    facts.told(Told.node(Told.SHOP, "a", 1));
    answers.add(new Answer.Done(RelayCodec.answer(Told.session(), null)));
    assertEquals(Told.session(), ask("shop/x").join());
    assertEquals(List.of("a.shop session"), asked);
  }

  @Test
  void bringsARefusalWithItsReasonAndTheSiteThatCanTellMore() {
    facts.told(Told.node(Told.SHOP, "a", 1));
    var moved = refused(done(new SessionException(SessionRefusal.MOVED, "it went", "region")));
    assertEquals(SessionRefusal.MOVED, moved.refusal());
    assertEquals("region", moved.site());
    assertEquals("it went", moved.getMessage());
  }

  @Test
  void whatDidNotArriveIsAskedOfAnotherNode() {
    facts.told(Told.node(Told.SHOP, "a", 1));
    facts.told(Told.node(Told.SHOP, "b", 1));
    answers.add(Answer.Refused.before(Reason.UNREACHABLE, "cut"));
    answers.add(new Answer.Done(RelayCodec.answer(Told.session(), null)));
    assertEquals(Told.session(), ask("shop/x").join());
    assertEquals(Set.of("a.shop session", "b.shop session"), new HashSet<>(asked));
  }

  @Test
  void whatDidNotArriveAnywhereIsSaidToBeUnreached() {
    facts.told(Told.node(Told.SHOP, "a", 1));
    facts.told(Told.node(Told.SHOP, "b", 1));
    var cut = Answer.Refused.before(Reason.UNREACHABLE, "cut");
    assertEquals(SessionRefusal.UNREACHABLE, refused(cut, cut).refusal());
    var unsent = Answer.Refused.before(Reason.TIMED_OUT, "no time left");
    assertEquals(
        SessionRefusal.UNREACHABLE, refused(unsent).refusal(), "there is no time for more");
  }

  @Test
  void whatMayHaveArrivedIsAskedOnceAndSaidToBeUnanswered() {
    facts.told(Told.node(Told.SHOP, "a", 1));
    facts.told(Told.node(Told.SHOP, "b", 1));
    for (var reason : List.of(Reason.TIMED_OUT, Reason.FORGOTTEN, Reason.FAILED)) {
      asked.clear();
      var lost = refused(Answer.Refused.perhapsAfter(reason, "lost"));
      assertEquals(SessionRefusal.UNANSWERED, lost.refusal());
      assertEquals(1, asked.size());
    }
  }

  @Test
  void anAnswerThatIsNoneIsSaidToBeUnanswered() {
    facts.told(Told.node(Told.SHOP, "a", 1));
    assertEquals(
        SessionRefusal.UNANSWERED, refused(new Answer.Done(new byte[] {1, 2, 3})).refusal());
    assertEquals(SessionRefusal.UNANSWERED, refused(new Answer.Done(new byte[0])).refusal());
  }

  @Test
  void aNodeThatIsAboutToEndIsAskedLast() {
    facts.told(Told.with(Told.SHOP, "a", Told.state(1, Set.of("a:1"), Set.of(), 0, false)));
    facts.told(Told.node(Told.SHOP, "b", 1));
    for (var each = 0; each < 8; each++) {
      answers.add(new Answer.Done(RelayCodec.answer(Told.session(), null)));
      ask("shop/" + each).join();
    }
    assertEquals(Set.of("b.shop session"), new HashSet<>(asked));
  }

  @Test
  void whatFailsWhileAnotherIsAskedIsSaidToBeUnanswered() {
    facts.told(Told.node(Told.SHOP, "a", 1));
    facts.told(Told.node(Told.SHOP, "b", 1));
    var broken = refused(Answer.Refused.before(Reason.UNREACHABLE, "cut"));
    assertEquals(2, asked.size());
    assertEquals(SessionRefusal.UNANSWERED, broken.refusal());
  }
}
