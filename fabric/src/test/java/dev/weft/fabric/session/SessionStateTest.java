package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.session.SignalSchema.Declared;
import dev.weft.fabric.session.SignalSchema.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionStateTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String HASH = "ab".repeat(32);
  private static final int CONTEXT_BYTES_MAX = 200;
  private static final SignalSchema SCHEMA =
      new SignalSchema(
          Map.of(
              "battery", new Declared(Kind.NUMBER, Duration.ofMinutes(1), 8),
              "charging", new Declared(Kind.TRUTH, Duration.ofMinutes(10), 8),
              "language", new Declared(Kind.TEXT, Duration.ofHours(1), 150)));

  private SessionState session = SessionState.none();

  @Test
  void aProcessTakesOverAboveThePresentEpochAlsoIfItIsOlder() {
    var mine = new FeederId(5, "shop/a");
    var newer = new FeederId(9, "shop/b");
    var state = SessionState.none();
    assertEquals(
        SessionRefusal.NOT_OPEN,
        ((SessionDecision.Refuse) state.claim(mine, false, NOON)).refusal());
    for (var by : List.of(mine, newer, mine, mine)) {
      var decision =
          by.equals(mine) && state.epoch() == 0
              ? state.openBy("acme", by, 10, NOON)
              : state.claim(by, false, NOON);
      for (var event : ((SessionDecision.Accept) decision).events()) {
        state = state.on(event);
      }
      assertEquals(by, state.feeder());
    }
    assertEquals(10, state.epoch(), "5, then 9, then one more; asking again changes nothing");
    assertEquals(
        SessionDecision.isSoAlready(), state.openBy("acme", mine, 10, NOON), "opened already");
  }

  @Test
  void isNothingBeforeItIsOpened() {
    assertRefused(SessionRefusal.NOT_OPEN, observe("battery", new SignalValue.Number(1), NOON));
    assertRefused(SessionRefusal.NOT_OPEN, session.checkpoint(1, 1, 1, HASH));
    assertRefused(SessionRefusal.NOT_OPEN, session.reserve(1, 1, 4));
    assertRefused(SessionRefusal.NOT_OPEN, session.settle(1, 1));
    assertRefused(SessionRefusal.NOT_OPEN, session.close("done", NOON));
  }

  @Test
  void isTakenOverInAHigherEpochWhichNumbersFramesFromOneAgain() {
    open();
    accept(session.checkpoint(1, 1, 10, HASH));

    accept(session.open("acme", 2, 1000, NOON.plusSeconds(9)));

    assertEquals(2, session.epoch());
    assertEquals(NOON, session.openedAt());
    assertEquals(new Checkpoint(0, "", 10), session.checkpoint());
    assertRefused(SessionRefusal.STALE_EPOCH, session.checkpoint(1, 11, 12, HASH));
    assertRefused(SessionRefusal.STALE_EPOCH, session.open("acme", 1, 1000, NOON));
    accept(session.checkpoint(2, 1, 5, HASH));
    assertEquals(15, session.checkpoint().frames());
  }

  @Test
  void openingAgainInTheSameEpochChangesNothing() {
    open();

    assertNothingNew(session.open("acme", 1, 1000, NOON.plusSeconds(1)));
    assertRefused(SessionRefusal.OUT_OF_ORDER, session.open("acme", 1, 2000, NOON));
  }

  @Test
  void belongsToOneTenant() {
    open();

    assertRefused(SessionRefusal.OTHER_TENANT, session.open("other", 2, 1000, NOON));
  }

  @Test
  void holdsTheLastValueOfEachSignalUntilItExpires() {
    open();
    accept(observe("battery", new SignalValue.Number(0.9), NOON));
    accept(observe("charging", new SignalValue.Truth(true), NOON));
    accept(observe("battery", new SignalValue.Number(0.8), NOON.plusSeconds(30)));

    assertEquals(
        List.of(new SignalValue.Number(0.8), new SignalValue.Truth(true)),
        inForce(NOON.plusSeconds(89)));
    assertEquals(List.of(new SignalValue.Truth(true)), inForce(NOON.plusSeconds(90)));
    assertEquals(List.of(), inForce(NOON.plusSeconds(600)));
  }

  @Test
  void forgetsExpiredSignalsAtTheNextObservation() {
    open();
    accept(observe("battery", new SignalValue.Number(0.9), NOON));
    accept(observe("charging", new SignalValue.Truth(true), NOON.plusSeconds(60)));

    assertEquals(1, session.context().signals().size());
  }

  @Test
  void aClockThatGoesBackExpiresNothingEarlyAndOrdersNothingAnew() {
    open();
    accept(observe("charging", new SignalValue.Truth(true), NOON));
    accept(observe("battery", new SignalValue.Number(0.9), NOON.minusSeconds(3600)));

    assertEquals(NOON, session.context().observedAt());
    assertEquals(2, inForce(NOON.plusSeconds(59)).size());
  }

  @Test
  void refusesWhatIsNotDeclaredOrOfAnotherKindOrTooLong() {
    open();

    assertRefused(SessionRefusal.INVALID, observe("age", new SignalValue.Number(7), NOON));
    assertRefused(SessionRefusal.INVALID, observe("battery", new SignalValue.Text("9"), NOON));
    assertRefused(
        SessionRefusal.INVALID, observe("language", new SignalValue.Text("x".repeat(151)), NOON));
  }

  @Test
  void refusesWhatWouldNotFitItsContext() {
    open();
    accept(observe("language", new SignalValue.Text("x".repeat(150)), NOON));

    assertRefused(SessionRefusal.CONTEXT_FULL, observe("battery", new SignalValue.Number(1), NOON));
    accept(observe("language", new SignalValue.Text("de"), NOON));
    accept(observe("battery", new SignalValue.Number(1), NOON));
  }

  @Test
  void framesAreCheckpointedWithoutAGap() {
    open();
    accept(session.checkpoint(1, 1, 100, HASH));

    assertRefused(SessionRefusal.OUT_OF_ORDER, session.checkpoint(1, 102, 110, HASH));
    assertRefused(SessionRefusal.OUT_OF_ORDER, session.checkpoint(1, 100, 110, HASH));
    assertRefused(SessionRefusal.INVALID, session.checkpoint(1, 101, 100, HASH));
    assertRefused(SessionRefusal.INVALID, session.checkpoint(1, 101, 110, "abc"));
    assertNothingNew(session.checkpoint(1, 1, 100, HASH));
    assertRefused(SessionRefusal.OUT_OF_ORDER, session.checkpoint(1, 1, 100, "cd".repeat(32)));
    accept(session.checkpoint(1, 101, 110, HASH));
    assertEquals(new Checkpoint(110, HASH, 110), session.checkpoint());
  }

  @Test
  void budgetIsReservedInBlocksAndSettledOnce() {
    open();
    accept(session.reserve(1, 600, 4));
    assertNothingNew(session.reserve(1, 600, 4));

    assertRefused(SessionRefusal.OVER_BUDGET, session.reserve(2, 401, 4));
    accept(session.settle(1, 250));
    assertNothingNew(session.settle(1, 250));
    accept(session.reserve(2, 750, 4));

    assertEquals(0, session.budget().free());
    assertRefused(SessionRefusal.INVALID, session.settle(2, 751));
    assertRefused(SessionRefusal.OUT_OF_ORDER, session.settle(3, 1));
    assertRefused(SessionRefusal.OUT_OF_ORDER, session.reserve(4, 1, 4));
  }

  @Test
  void openBlocksAreBounded() {
    open();
    accept(session.reserve(1, 1, 2));
    accept(session.reserve(2, 1, 2));

    assertRefused(SessionRefusal.OVER_BUDGET, session.reserve(3, 1, 2));
    accept(session.settle(1, 0));
    accept(session.reserve(3, 1, 2));
  }

  @Test
  void whatStillRanIsSettledAfterTheEndAndNothingElseIsTaken() {
    open();
    accept(session.reserve(1, 600, 4));
    accept(session.close("done", NOON));

    assertNothingNew(session.close("again", NOON));
    assertRefused(SessionRefusal.CLOSED, session.open("acme", 2, 1000, NOON));
    assertRefused(SessionRefusal.CLOSED, session.reserve(2, 1, 4));
    assertRefused(SessionRefusal.CLOSED, session.checkpoint(1, 1, 1, HASH));
    accept(session.settle(1, 600));
    assertEquals(600, session.budget().spent());
  }

  /** Whatever is asked in whatever order: never over budget, no gap, and the fold is the state. */
  @Test
  void staysWithinItsBoundsWhateverIsAsked() {
    for (var seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      session = SessionState.none();
      var events = new java.util.ArrayList<SessionEvent>();
      for (var step = 0; step < 200; step++) {
        if (anything(random) instanceof SessionDecision.Accept(var accepted)) {
          events.addAll(accepted);
          accepted.forEach(event -> session = session.on(event));
        }
        var budget = session.budget();
        assertTrue(budget.spent() + budget.reserved() <= 1000, "seed " + seed);
        assertTrue(session.context().bytes() <= CONTEXT_BYTES_MAX, "seed " + seed);
        assertTrue(budget.blocks().size() <= 3, "seed " + seed);
      }
      var folded = SessionState.none();
      for (var event : events) {
        folded = folded.on(event);
      }
      assertEquals(session, folded, "seed " + seed);
    }
  }

  private SessionDecision anything(Random random) {
    var now = NOON.plusSeconds(random.nextInt(600));
    var last = session.budget().lastBlock();
    var frame = session.checkpoint().lastFrame();
    return switch (random.nextInt(7)) {
      case 0 -> session.open("acme", session.epoch() + random.nextInt(2), 1000, now);
      case 1 -> observe("language", new SignalValue.Text("x".repeat(random.nextInt(160))), now);
      case 2 -> observe("battery", new SignalValue.Number(random.nextDouble()), now);
      case 3 -> session.reserve(last + random.nextInt(2), random.nextInt(400), 3);
      case 4 -> session.settle(last - random.nextInt(3), random.nextInt(400));
      case 5 -> session.checkpoint(session.epoch(), frame + 1, frame + random.nextInt(5), HASH);
      default ->
          random.nextInt(40) == 0 ? session.close("done", now) : SessionDecision.isSoAlready();
    };
  }

  private void open() {
    accept(session.open("acme", 1, 1000, NOON));
  }

  private SessionDecision observe(String name, SignalValue value, Instant now) {
    return session.observe(Map.of(name, value), SCHEMA, CONTEXT_BYTES_MAX, now);
  }

  private List<SignalValue> inForce(Instant now) {
    return session.context().inForce(now).stream().map(Signal::value).toList();
  }

  private void accept(SessionDecision decision) {
    var events = assertInstanceOf(SessionDecision.Accept.class, decision).events();
    assertEquals(1, events.size());
    events.forEach(event -> session = session.on(event));
  }

  private static void assertNothingNew(SessionDecision decision) {
    assertEquals(SessionDecision.isSoAlready(), decision);
  }

  private static void assertRefused(SessionRefusal refusal, SessionDecision decision) {
    assertEquals(refusal, assertInstanceOf(SessionDecision.Refuse.class, decision).refusal());
  }
}
