package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.persistence.testkit.StoredForms;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SessionCodecTest {

  private static final Instant AT = Instant.ofEpochMilli(1_767_268_800_123L);
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final List<Signal> SIGNALS =
      List.of(
          new Signal("battery", new SignalValue.Number(0.75), AT.plusSeconds(60)),
          new Signal("charging", new SignalValue.Truth(true), AT.plusSeconds(90)),
          new Signal("language", new SignalValue.Text("日本語"), AT.plusSeconds(3600)));

  /** What each stored file holds; a form that was ever written stays here for good. */
  private static final Map<String, Object> STORED = stored();

  private final SessionCodec codec = new SessionCodec();

  @Test
  void readsWhatEveryVersionEverStoredAndWritesTheSameBytes() throws IOException {
    new StoredForms(SessionCodecTest.class).hold(codec, SessionCodec.CODEBOOK.manifests(), STORED);
  }

  private static SessionState state() {
    return new SessionState(
        SessionState.Phase.OPEN,
        "acme",
        3,
        FeederId.of(3),
        AT,
        new SessionContext(SIGNALS, AT.plusSeconds(1)),
        new Checkpoint(200, HASH, 1200),
        new SessionBudget(5_000_000, 125_000, Map.of(7L, 250_000L, 8L, 1L), 8),
        "",
        new Whereabouts.Here(0));
  }

  private static Map<String, Object> stored() {
    var stored = new TreeMap<String, Object>();
    stored.put(
        "session.opened.v1", new SessionEvent.Opened("acme", 3, 5_000_000, AT, FeederId.of(3)));
    stored.put("session.context-observed.v1", new SessionEvent.ContextObserved(SIGNALS, AT));
    stored.put(
        "session.frames-checkpointed.v1", new SessionEvent.FramesCheckpointed(3, 101, 200, HASH));
    stored.put("session.budget-reserved.v1", new SessionEvent.BudgetReserved(7, 250_000));
    stored.put("session.budget-settled.v1", new SessionEvent.BudgetSettled(6, 125_000));
    stored.put("session.closed.v1", new SessionEvent.Closed("the client left", AT));
    stored.put("session.state.v1", state());
    stored.put("session.move-prepared.v1", new SessionEvent.MovePrepared("region-1", 2));
    stored.put("session.move-cancelled.v1", new SessionEvent.MoveCancelled(2));
    stored.put(
        "session.offer-held.v1", new SessionEvent.OfferHeld(SessionMoves.offer(state(), "shop-7")));
    stored.put("session.offer-discarded.v1", new SessionEvent.OfferDiscarded(1));
    stored.put("session.released.v1", new SessionEvent.Released("region-1", 1, HASH));
    stored.put("session.taken-up.v1", new SessionEvent.TakenUp(1));
    return stored;
  }

  @Test
  void keepsWhereASessionIs() {
    var state = state();
    var gone = new Whereabouts.Gone(4, "region-1", HASH);
    for (var each :
        List.of(
            new Whereabouts.Here(7),
            new Whereabouts.Leaving(0, "region-1"),
            new Whereabouts.Held(5, "shop-7", HASH, state, Optional.empty()),
            new Whereabouts.Held(5, "shop-7", HASH, state.unfed(), Optional.of(gone)),
            gone)) {
      var there = state.at(each);
      assertEquals(there, codec.fromBinary(codec.toBinary(there), "session.state.v1"));
    }
  }

  @Test
  void keepsWhoFeedsItInAnEpochThatIsNotItsOwn() {
    var opened = new SessionEvent.Opened("acme", 9, 0, AT, new FeederId(7, "shop-7/box"));
    assertEquals(opened, codec.fromBinary(codec.toBinary(opened), codec.manifest(opened)));
    var state = SessionState.none().on(opened);
    assertEquals(new FeederId(7, "shop-7/box"), state.feeder());
    assertEquals(state, codec.fromBinary(codec.toBinary(state), "session.state.v1"));
  }
}
