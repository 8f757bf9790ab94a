package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import dev.weft.fabric.session.SessionEntity.RecordFrames;
import dev.weft.fabric.trace.FrameChain;
import dev.weft.fabric.trace.TraceRecord.Checkpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionTrailTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TrailRules RULES = new TrailRules(3, Duration.ofHours(1), 10);
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final TestProbe<SessionsActor.For> node = KIT.createTestProbe();
  private final BlockingQueue<Checkpoint> marks = new LinkedBlockingQueue<>();
  private final SessionTrail trail = new SessionTrail(RULES, Optional.of(this::take));
  private final Sessions sessions =
      new Sessions(node.getRef(), KIT.scheduler(), Duration.ofSeconds(30));
  private final TrailFeeder feeder = new TrailFeeder(FeederId.of(7), trail);
  private SessionState state = SessionState.none();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void open() throws InterruptedException {
    state = state.on(new SessionEvent.Opened("acme", 7, 0, Instant.EPOCH, FeederId.of(7)));
    feeder.tellThrough(sessions);
    feeder.follows("cam", state);
    assertTrue(mark().begins());
  }

  @Test
  void tellsASessionOfItsFramesAndMarksTheTraceWhenItKnows() throws InterruptedException {
    trail.marked("cam", true);
    var chain = new FrameChain();
    for (var frame = 1; frame <= 4; frame++) {
      trail.kept("cam", new byte[] {(byte) frame});
      if (frame <= 3) {
        chain.add(new byte[] {(byte) frame});
      }
    }

    var told = assertRecords(1, 3, chain.hash());
    node.expectNoMessage(Duration.ZERO);
    accept(told);

    var mark = mark();
    assertEquals(new Checkpoint("cam", 7, 3, SessionCodec.digest(state), chain.hash()), mark);
    trail.round();
    chain.add(new byte[] {4});
    assertRecords(4, 4, chain.hash());
  }

  @Test
  void framesBeforeTheMarkThatBeginsAreNotCounted() {
    trail.kept("cam", new byte[1]);
    trail.kept("other", new byte[1]);
    trail.marked("cam", true);
    trail.round();

    node.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aMarkThatFoundNoRoomIsTriedAgainAndFramesCountFromThere() throws InterruptedException {
    trail.marked("cam", false);
    trail.kept("cam", new byte[] {1});
    trail.round();
    assertTrue(mark().begins());
    trail.marked("cam", true);
    trail.kept("cam", new byte[] {2});
    trail.round();

    var chain = new FrameChain();
    chain.add(new byte[] {2});
    assertRecords(1, 1, chain.hash());
  }

  @Test
  void aSessionKnowsWhatIsDurableOfItWhenItIsSettled() {
    trail.marked("cam", true);
    trail.kept("cam", new byte[] {1});
    var settled = feeder.settles("cam").toCompletableFuture();

    var told = (RecordFrames) request();
    assertEquals(1, told.to());
    assertFalse(settled.isDone());
    accept(told);
    settled.join();
  }

  @Test
  void isSettledBeforeItIsClosed() {
    var closed = sessions.close("cam", "done");
    request().replyTo().tell(StatusReply.success(state));
    var close = (SessionEntity.Close) request();
    close.replyTo().tell(StatusReply.success(state));
    closed.join();
  }

  @Test
  void countsAnewInAnEpochThatComesAfterAnothersOfTheSameSession() throws InterruptedException {
    trail.marked("cam", true);
    trail.kept("cam", new byte[] {1});
    feeder.follows("cam", state);
    assertTrue(marks.isEmpty(), "it is followed already");
    state = state.on(new SessionEvent.Opened("acme", 8, 0, Instant.EPOCH, FeederId.of(9)));
    state = state.on(new SessionEvent.Opened("acme", 9, 0, Instant.EPOCH, FeederId.of(7)));
    feeder.follows("cam", state);

    var begins = mark();
    assertTrue(begins.begins());
    assertEquals(9, begins.epoch());
    trail.marked("cam", true);
    trail.kept("cam", new byte[] {2});
    trail.round();
    var told = (RecordFrames) request();
    assertEquals(List.of(9L, 1L, 1L), List.of(told.epoch(), told.from(), told.to()));
  }

  @Test
  void aSessionThatIsQuietForLongestGivesWayToOneMore() throws InterruptedException {
    var small =
        new SessionTrail(new TrailRules(3, Duration.ofHours(1), 2), Optional.of(this::take));
    for (var session : List.of("busy", "quiet")) {
      small.follow(sessions, session, state);
      assertTrue(mark().begins());
      small.marked(session, true);
    }
    small.kept("busy", new byte[] {1});
    small.follow(sessions, "new", state);

    assertEquals("new", mark().session());
    small.marked("new", true);
    small.kept("quiet", new byte[] {1});
    small.kept("new", new byte[] {1});
    small.follow(sessions, "late", state);
    assertTrue(marks.isEmpty(), "nobody gives way who does not know all of itself");
    small.round();
    assertEquals(List.of("busy", "new"), List.of(session(), session()));
  }

  @Test
  void anAnswerThatIsGivenUpTellsThatItMayHaveTakenEffect() {
    var impatient =
        new Sessions(
            node.getRef(),
            KIT.scheduler(),
            Duration.ofSeconds(30),
            (answer, time) -> {
              assertEquals(Duration.ofSeconds(31), time);
              answer.completeExceptionally(new TimeoutException());
            });

    var answer = impatient.state("cam");

    var refused = assertInstanceOf(SessionException.class, answer.exceptionNow(), answer::toString);
    assertEquals(SessionRefusal.UNANSWERED, refused.refusal());
  }

  @Test
  void nobodyIsFollowedWhereNothingIsRecorded() {
    var untraced = new SessionTrail(RULES, Optional.empty());
    untraced.follow(sessions, "cam", state);
    untraced.marked("cam", true);
    untraced.kept("cam", new byte[] {1});
    untraced.round();

    node.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void whatGotNoAnswerIsAskedAgainUnchanged() throws InterruptedException {
    trail.marked("cam", true);
    for (var frame = 1; frame <= 3; frame++) {
      trail.kept("cam", new byte[] {(byte) frame});
    }
    var first = request();
    first.replyTo().tell(refused(SessionRefusal.JOURNAL_FAILED));
    trail.kept("cam", new byte[] {4});

    var again =
        node.awaitAssert(
            PATIENCE,
            () -> {
              trail.round();
              return (RecordFrames) request(Duration.ofMillis(20));
            });

    assertEquals(1, again.from());
    assertEquals(3, again.to());
    accept(again);
    assertEquals(3, mark().through());
  }

  @Test
  void aSessionThatAnotherProcessFeedsIsLeftAlone() {
    trail.marked("cam", true);
    for (var frame = 1; frame <= 3; frame++) {
      trail.kept("cam", new byte[] {(byte) frame});
    }
    request().replyTo().tell(refused(SessionRefusal.STALE_EPOCH));
    // Done when the trail has seen the answer, whatever it made of it.
    trail.drain().join();
    trail.kept("cam", new byte[] {4});
    trail.round();

    node.expectNoMessage(Duration.ofMillis(50));
    assertEquals(List.of(), List.copyOf(marks));
  }

  private boolean take(Checkpoint mark) {
    return marks.add(mark);
  }

  private static StatusReply<SessionState> refused(SessionRefusal why) {
    return StatusReply.error(new SessionException(why, "refused"));
  }

  /** Which session is asked next. */
  private String session() {
    return node.receiveMessage(PATIENCE).session();
  }

  private RecordFrames assertRecords(long from, long to, String hash) {
    var told = (RecordFrames) request();
    assertEquals(List.of(7L, from, to), List.of(told.epoch(), told.from(), told.to()));
    assertEquals(hash, told.traceHash());
    return told;
  }

  private void accept(RecordFrames told) {
    state =
        state.on(new SessionEvent.FramesCheckpointed(7, told.from(), told.to(), told.traceHash()));
    told.replyTo().tell(StatusReply.success(state));
  }

  private SessionEntity.Request request() {
    return request(PATIENCE);
  }

  private SessionEntity.Request request(Duration within) {
    return node.receiveMessage(within).request();
  }

  private Checkpoint mark() throws InterruptedException {
    var mark = marks.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertTrue(mark != null, "no mark");
    return mark;
  }
}
