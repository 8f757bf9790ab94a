package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.session.v1.SessionRequest;
import dev.weft.persistence.testkit.StoredForms;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RelayCodecTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int HOSTILE = 20_000;
  private static final String HASH = "0123456789abcdef".repeat(4);

  private final TestProbe<StatusReply<SessionState>> probe = KIT.createTestProbe();
  private final TestProbe<StatusReply<SessionState>> other = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private SessionsActor.For release() {
    return new SessionsActor.For(
        "shop/x", new SessionEntity.Release("region", HASH, probe.getRef()), "shop");
  }

  private static SessionState state() {
    return SessionState.none().at(new Whereabouts.Here(3));
  }

  @Test
  void aRequestComesAsItWentAndIsAnsweredToWhoBroughtIt() {
    var came = RelayCodec.read(RelayCodec.request(release()));
    assertEquals("shop/x", came.session());
    assertEquals("shop", came.site());
    assertEquals(
        new SessionEntity.Release("region", HASH, other.getRef()),
        RequestCodec.request(came.message(), other.getRef()));
  }

  @Test
  void noActorGoesBeyondItsCluster() throws InvalidProtocolBufferException {
    var went = SessionRequest.parseFrom(RelayCodec.request(release()));
    assertEquals("", went.getReplyTo());
    var hostile = went.toBuilder().setReplyTo("akka://weft@10.0.0.1:25520/system/x").build();
    var came = RelayCodec.read(hostile.toByteArray());
    assertEquals(other.getRef(), RequestCodec.request(came.message(), other.getRef()).replyTo());
  }

  @Test
  void anAnswerComesAsItWent() {
    assertEquals(state(), RelayCodec.state(RelayCodec.answer(state(), null)));
    var moved = new SessionException(SessionRefusal.MOVED, "to b", "b");
    var came =
        assertThrows(
            SessionException.class,
            () -> RelayCodec.state(RelayCodec.answer(null, new CompletionException(moved))));
    assertEquals(SessionRefusal.MOVED, came.refusal());
    assertEquals("to b", came.getMessage());
    assertEquals("b", came.site());
  }

  @Test
  void whatFailedOtherwiseMayHaveTakenEffect() {
    var answer = RelayCodec.answer(null, new IllegalStateException("broken"));
    var came = assertThrows(SessionException.class, () -> RelayCodec.state(answer));
    assertEquals(SessionRefusal.UNANSWERED, came.refusal());
  }

  @Test
  void bytesOfNobodyKnowsWhatAreRefusedByName() {
    assertThrows(IllegalArgumentException.class, () -> RelayCodec.read(new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> RelayCodec.state(new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> RelayCodec.read(new byte[] {1, 2, 3}));
    var random = new Random(3);
    var request =
        RelayCodec.request(
            new SessionsActor.For(
                "shop/x",
                new SessionEntity.HoldOffer(SessionMoves.offer(state(), "shop"), probe.getRef()),
                "region"));
    var answer = RelayCodec.answer(state(), null);
    for (var each = 0; each < HOSTILE; each++) {
      read(changed(request, random));
      understand(changed(answer, random));
    }
  }

  private static byte[] changed(byte[] bytes, Random random) {
    var changed = bytes.clone();
    changed[random.nextInt(changed.length)] = (byte) random.nextInt();
    return changed;
  }

  private void read(byte[] request) {
    try {
      assertFalse(RequestCodec.request(RelayCodec.read(request).message(), other.getRef()) == null);
    } catch (IllegalArgumentException | DateTimeException e) {
      assertTrue(e.getMessage() != null);
    }
  }

  private static void understand(byte[] answer) {
    try {
      assertFalse(RelayCodec.state(answer) == null);
    } catch (IllegalArgumentException | SessionException e) {
      assertTrue(e.getMessage() != null);
    }
  }

  /** Releases of two clusters differ for longer than those of one. */
  @Test
  void whatGoesBetweenClustersIsAsItEverWas() throws IOException {
    var forms = new StoredForms(RelayCodecTest.class);
    var stored =
        Map.of(
            "session.relay-request.v1", RelayCodec.request(release()),
            "session.relay-state.v1", RelayCodec.answer(state(), null),
            "session.relay-refused.v1",
                RelayCodec.answer(null, new SessionException(SessionRefusal.MOVED, "to b", "b")));
    for (var each : stored.entrySet()) {
      assertEquals(
          HexFormat.of().formatHex(forms.bytes(each.getKey())),
          HexFormat.of().formatHex(each.getValue()),
          each.getKey());
    }
  }
}
