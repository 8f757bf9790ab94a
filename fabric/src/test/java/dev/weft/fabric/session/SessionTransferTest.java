package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SessionTransferTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Map<String, FeederId> FEEDERS =
      Map.of("a", new FeederId(5, "a/x"), "b", new FeederId(3, "b/y"));

  /** One session at two sites, of which a is its home, without actors or journals of their own. */
  private final Map<String, SessionState> sites = new ConcurrentHashMap<>();

  private final AtomicInteger requests = new AtomicInteger();
  private volatile int unheard = -1;
  private volatile int unanswered = -1;
  private final ActorRef<SessionsActor.For> place = KIT.spawn(place());
  private final Sessions sessions = new Sessions(place, KIT.scheduler(), Duration.ofMillis(400));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private Behavior<SessionsActor.For> place() {
    return Behaviors.receiveMessage(
        asked -> {
          var number = requests.getAndIncrement();
          if (number != unheard) {
            var reply = reply(asked.site().isEmpty() ? "a" : asked.site(), asked.request());
            if (number != unanswered) {
              asked.request().replyTo().tell(reply);
            }
          }
          return Behaviors.same();
        });
  }

  private StatusReply<SessionState> reply(String site, SessionEntity.Request request) {
    var state = sites.getOrDefault(site, SessionState.none());
    return switch (decide(site, state, request)) {
      case SessionDecision.Accept(var events) -> {
        var after = events.stream().reduce(state, SessionState::on, (_, last) -> last);
        sites.put(site, after);
        yield StatusReply.success(after);
      }
      case SessionDecision.Refuse(var refusal, var why) ->
          StatusReply.error(new SessionException(refusal, why, site(state)));
    };
  }

  private static String site(SessionState state) {
    return switch (state.whereabouts()) {
      case Whereabouts.Gone gone -> gone.to();
      case Whereabouts.Held held -> held.from();
      case Whereabouts.Here _, Whereabouts.Leaving _ -> "";
    };
  }

  private static SessionDecision decide(
      String site, SessionState state, SessionEntity.Request request) {
    var feeder = Optional.ofNullable(FEEDERS.get(site)).orElseThrow();
    return switch (request) {
      case SessionEntity.Open open -> state.openBy(open.tenant(), feeder, 0, NOON);
      case SessionEntity.Claim _ -> state.claim(feeder, true, NOON);
      case SessionEntity.PrepareMove move -> SessionMoves.prepare(state, move.to());
      case SessionEntity.CancelMove cancel -> SessionMoves.cancel(state, cancel.term());
      case SessionEntity.HoldOffer hold -> SessionMoves.hold(state, hold.offer());
      case SessionEntity.Release release ->
          SessionMoves.release(state, release.to(), release.hash());
      case SessionEntity.TakeUp taken -> SessionMoves.takeUp(state, taken.term(), taken.hash());
      case SessionEntity.DiscardOffer discard -> SessionMoves.discard(state, discard.term());
      default -> SessionDecision.isSoAlready();
    };
  }

  private List<String> owners() {
    return sites.entrySet().stream()
        .filter(entry -> entry.getValue().phase() == SessionState.Phase.OPEN)
        .filter(entry -> !(entry.getValue().whereabouts() instanceof Whereabouts.Held))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Test
  void movesThereAndIsFedThere() {
    sessions.open("s", "acme", 0).join();
    new SessionTransfer(sessions, "s").move("a", "b").join();

    assertEquals(List.of("b"), owners());
    assertEquals(FEEDERS.get("b"), sessions.claim("s").join().feeder());
  }

  @Test
  void isBroughtFromWhereverItIs() {
    sessions.open("s", "acme", 0).join();
    assertEquals(new Whereabouts.Here(0), transfer().bring("a", "a").join().whereabouts());
    transfer().bring("a", "b").join();
    assertEquals(List.of("b"), owners());
    assertEquals(new Whereabouts.Here(1), transfer().bring("a", "b").join().whereabouts());
    transfer().bring("a", "a").join();
    assertEquals(List.of("a"), owners());
  }

  /** The last site holds what was released to it, and nobody has told it so. */
  @Test
  void isBroughtBackFromWhereAMoveEndedHalfDone() {
    sessions.open("s", "acme", 0).join();
    sessions.at("s", "a").prepareMove("b").join();
    var offer = SessionMoves.offer(sessions.at("s", "a").state().join(), "a");
    sessions.at("s", "b").hold(offer).join();
    sessions.at("s", "a").release("b", offer.hash()).join();

    transfer().bring("a", "a").join();
    assertEquals(List.of("a"), owners());
    assertEquals(new Whereabouts.Here(2), sessions.at("s", "a").state().join().whereabouts());
  }

  private SessionTransfer transfer() {
    return new SessionTransfer(sessions, "s");
  }

  /** Each request of a move gets lost, or its answer does; then somebody has a frame. */
  @Test
  void goesOnAtOneSiteWhateverStepIsLost() {
    for (var isHeard : List.of(true, false)) {
      for (var step = 1; step <= 5; step++) {
        sites.clear();
        requests.set(0);
        unheard = isHeard ? -1 : step;
        unanswered = isHeard ? step : -1;
        sessions.open("s", "acme", 0).join();
        var moved = new SessionTransfer(sessions, "s").move("a", "b");
        var failed = moved.handle((_, problem) -> problem != null).join();
        assertTrue(owners().size() <= 1, "step " + step + ": " + sites);

        var claimed = sessions.claim("s").join();
        assertEquals(1, owners().size(), "step " + step + ": " + sites);
        assertEquals(FEEDERS.get(owners().getFirst()), claimed.feeder());
        if (!failed) {
          assertEquals(List.of("b"), owners(), "step " + step);
        }
      }
    }
  }

  @Test
  void mendsWhatIsHeldOfAMoveThatCameToNothing() {
    sessions.open("s", "acme", 0).join();
    sessions.at("s", "a").prepareMove("b").join();
    var leaving = sessions.at("s", "a").state().join();
    sessions.at("s", "b").hold(SessionMoves.offer(leaving, "a")).join();
    sessions.at("s", "a").cancelMove(1).join();

    var mended = new SessionTransfer(sessions, "s").mend("b").join();
    assertEquals(new Whereabouts.Here(0), mended.whereabouts());
    assertEquals(List.of("a"), owners());
  }

  @Test
  void whoAsksForWhatIsStillTheOthersIsToldSo() {
    sessions.open("s", "acme", 0).join();
    sessions.at("s", "a").prepareMove("b").join();
    var leaving = sessions.at("s", "a").state().join();
    sessions.at("s", "b").hold(SessionMoves.offer(leaving, "a")).join();

    var refused =
        assertThrows(
            CompletionException.class,
            () -> new SessionTransfer(sessions, "s").move("a", "c").join());
    assertEquals(
        SessionRefusal.MOVING,
        assertInstanceOf(SessionException.class, refused.getCause()).refusal());
  }
}
