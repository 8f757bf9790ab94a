package dev.weft.cluster.moving;

import static dev.weft.cluster.moving.Sights.NOON;
import static dev.weft.cluster.moving.Sights.REGION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.persistence.testkit.StoredForms;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MovingCodecTest {

  /** What each stored file holds; a form that was ever written stays here for good. */
  private static final Map<String, Object> STORED = stored();

  private final MovingCodec codec = new MovingCodec();

  private static Map<String, Object> stored() {
    var ordered = new MovingEvent.DrainOrdered(REGION, NOON);
    var away = new MovingEvent.WentAway(away(MoveReason.HEAT));
    var stored = new TreeMap<String, Object>();
    stored.put("moving.drain-ordered.v1", ordered);
    stored.put("moving.drain-undone.v1", new MovingEvent.DrainUndone(NOON));
    stored.put("moving.went-away.v1", away);
    stored.put("moving.away-ended.v1", new MovingEvent.AwayEnded("shop/till"));
    stored.put("moving.state.v1", MovingState.none().on(ordered).on(away));
    return stored;
  }

  private static Away away(MoveReason reason) {
    return new Away("shop/till", "acme", REGION, reason, 7, NOON);
  }

  @Test
  void readsWhatEveryVersionEverStoredAndWritesTheSameBytes() throws IOException {
    new StoredForms(MovingCodecTest.class).hold(codec, MovingCodec.CODEBOOK.manifests(), STORED);
  }

  @Test
  void keepsEveryReasonAndASiteThatIsNotDrained() {
    for (var reason : MoveReason.values()) {
      kept(new MovingEvent.WentAway(away(reason)));
    }
    kept(MovingState.none());
  }

  private void kept(Object value) {
    assertEquals(value, codec.fromBinary(codec.toBinary(value), codec.manifest(value)));
  }
}
