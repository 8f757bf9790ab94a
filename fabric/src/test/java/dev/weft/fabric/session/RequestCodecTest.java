package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.SerializationTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import akka.serialization.SerializationExtension;
import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RequestCodecTest {

  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          SessionRules.overlay(ConfigFactory.load()).withFallback(ConfigFactory.load()).resolve());

  private final TestProbe<StatusReply<SessionState>> probe = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private List<SessionEntity.Request> all() {
    var to = probe.getRef();
    var state = SessionState.none().at(new Whereabouts.Here(3));
    return List.of(
        new SessionEntity.Open("acme", 0, 12, to),
        new SessionEntity.Observe(
            Map.of("a", new SignalValue.Text("é"), "b", new SignalValue.Truth(true)), to),
        new SessionEntity.RecordFrames(1, 2, 3, HASH, to),
        new SessionEntity.ReserveBudget(4, 5, to),
        new SessionEntity.SettleBudget(4, 2, to),
        new SessionEntity.Close("over", to),
        new SessionEntity.Tell(to),
        new SessionEntity.Claim(to),
        new SessionEntity.Settle(to),
        new SessionEntity.PrepareMove("region-1", to),
        new SessionEntity.CancelMove(3, to),
        new SessionEntity.HoldOffer(SessionMoves.offer(state, "shop-7"), to),
        new SessionEntity.Release("region-1", HASH, to),
        new SessionEntity.TakeUp(3, HASH, to),
        new SessionEntity.DiscardOffer(3, to));
  }

  @Test
  void everyRequestComesAsItWent() {
    var kit = new SerializationTestKit(KIT.system());
    for (var request : all()) {
      kit.verifySerialization(request, true);
      kit.verifySerialization(new SessionsActor.For("shop-7/till", request, "region-1"), true);
    }
    assertEquals(
        SessionEntity.Request.class.getPermittedSubclasses() == null
            ? 0
            : SessionEntity.Request.class.getPermittedSubclasses().length,
        all().size());
  }

  @Test
  void anAnswerComesAsItWent() throws NotSerializableException {
    var kit = new SerializationTestKit(KIT.system());
    kit.verifySerialization(
        StatusReply.success(SessionState.none().at(new Whereabouts.Here(3))), true);
    StatusReply<SessionState> refused =
        StatusReply.error(new SessionException(SessionRefusal.MOVED, "to b", "b"));
    var came = (StatusReply<?>) kit.verifySerialization(refused, false);
    var why = (SessionException) came.getError();
    assertEquals(SessionRefusal.MOVED, why.refusal());
    assertEquals("to b", why.getMessage());
    assertEquals("b", why.site());
  }

  @Test
  void whatItDoesNotKnowIsRefusedByName() throws NotSerializableException {
    var codec =
        (RequestCodec)
            SerializationExtension.get(KIT.system()).serializerFor(SessionEntity.Claim.class);
    var unknown =
        assertThrows(
            NotSerializableException.class,
            () -> codec.fromBinary(new byte[0], "session.request.v2"));
    assertTrue(String.valueOf(unknown.getMessage()).contains("'session.request.v2'"));
    assertThrows(
        NotSerializableException.class,
        () -> codec.fromBinary(new byte[] {1, 2, 3}, "session.request.v1"));
  }
}
