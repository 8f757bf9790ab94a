package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PlacesTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
  private final List<String> asked = new ArrayList<>();
  private final List<CompletableFuture<SessionState>> answers = new ArrayList<>();
  private final List<Runnable> due = new ArrayList<>();
  private final Places places =
      new Places(this::claim, Duration.ofSeconds(1), 2, nanos::get, due::add);

  private CompletableFuture<SessionState> claim(String session, String tenant) {
    asked.add(session + " of " + tenant);
    var answer = new CompletableFuture<SessionState>();
    answers.add(answer);
    return answer;
  }

  private void refuse(SessionRefusal refusal) {
    answers
        .getLast()
        .completeExceptionally(new CompletionException(new SessionException(refusal, "why")));
  }

  @Test
  void asksOnceForManyAndAgainWhenTheAnswerIsOld() {
    var first = places.of("s", "acme");
    assertSame(first, places.of("s", "acme"));
    refuse(SessionRefusal.NOT_OPEN);
    assertEquals(new Place.Anywhere(), first.join());
    nanos.addAndGet(Duration.ofMillis(999).toNanos());
    assertSame(first, places.of("s", "acme"));
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    places.of("s", "acme");

    assertEquals(List.of("s of acme", "s of acme"), asked);
  }

  @Test
  void asksAgainWhatWasLostWithANode() {
    var place = places.of("s", "acme");
    due.removeFirst().run();
    assertEquals(List.of("s of acme", "s of acme"), asked);
    refuse(SessionRefusal.NOT_OPEN);
    assertEquals(new Place.Anywhere(), place.join());
    due.removeFirst().run();
    assertEquals(List.of(), due, "it is answered");
    assertEquals(2, asked.size());
  }

  @Test
  void aLateAnswerDoesNotMakeAnOldOneCountAnew() {
    places.of("s", "acme");
    due.removeFirst().run();
    refuse(SessionRefusal.NOT_OPEN);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    answers.getFirst().completeExceptionally(new IllegalStateException("it was lost"));
    places.of("s", "acme");

    assertEquals(3, asked.size());
  }

  @Test
  void givesUpAskingWhereNothingHelps() {
    var place = places.of("s", "acme");
    nanos.addAndGet(Duration.ofSeconds(15).toNanos());
    due.removeFirst().run();
    assertEquals(List.of(), due);
    answers.getFirst().completeExceptionally(new IllegalStateException("broken by a test"));
    assertInstanceOf(Place.Unknown.class, place.join());
  }

  @Test
  void asksAgainWhatTurnedOutWrong() {
    places.of("s", "acme");
    refuse(SessionRefusal.CLOSED);
    places.forget("s");
    places.of("s", "acme");

    assertEquals(2, asked.size());
  }

  @Test
  void tellsASessionThatIsClosedFromOneThatWasNeverOpened() {
    var closed = places.of("s", "acme");
    refuse(SessionRefusal.CLOSED);
    assertEquals(new Place.Anywhere(true), closed.join());
    var unopened = places.of("t", "acme");
    refuse(SessionRefusal.NOT_OPEN);
    assertEquals(new Place.Anywhere(false), unopened.join());
  }

  @Test
  void whereItCannotBeToldItSaysWhy() {
    for (var refusal :
        List.of(SessionRefusal.UNREACHABLE, SessionRefusal.MOVING, SessionRefusal.UNANSWERED)) {
      var place = places.of(refusal.name(), "acme");
      refuse(refusal);
      assertInstanceOf(Place.Unknown.class, place.join());
    }
  }

  @Test
  void aFrameDoesNotWaitForASessionThatDoesNotAnswer() {
    var place = places.of("s", "acme");

    assertInstanceOf(Place.Unknown.class, Places.within(place, Duration.ZERO).join());
    assertFalse(place.isDone(), "others may wait longer");
    refuse(SessionRefusal.NOT_OPEN);
    assertEquals(new Place.Anywhere(), Places.within(place, Duration.ZERO).join());
  }

  @Test
  void framesThatComeLaterDoNotWaitForASessionThatOwesAnAnswer() {
    var first = places.of("s", "acme");
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    assertInstanceOf(Place.Unknown.class, places.of("s", "acme").join());
    assertEquals(1, asked.size(), "it is not asked more often for that");
    refuse(SessionRefusal.NOT_OPEN);
    assertSame(first, places.of("s", "acme"), "counts from when it came");
  }

  @Test
  void keepsNoMoreThanItMay() {
    for (var session : List.of("a", "b", "c", "a")) {
      places.of(session, "acme");
      refuse(SessionRefusal.NOT_OPEN);
    }
    assertEquals(List.of("a of acme", "b of acme", "c of acme", "a of acme"), asked);
  }
}
