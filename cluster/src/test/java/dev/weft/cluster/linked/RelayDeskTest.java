package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import dev.weft.api.session.v1.OfferHeld;
import dev.weft.api.session.v1.SessionRequest;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.RelayCodec;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionsActor;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RelayDeskTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int HOSTILE = 2_000;
  private static final String HASH = "ab".repeat(32);

  private final TestProbe<StatusReply<SessionState>> probe = KIT.createTestProbe();
  private final List<String> asked = new ArrayList<>();
  private CompletableFuture<SessionState> answer =
      CompletableFuture.completedFuture(Told.session());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private RelayDesk desk(SiteName here, boolean isLinked) {
    return desk(here, isLinked, false);
  }

  private RelayDesk desk(SiteName here, boolean isLinked, boolean isCertified) {
    return new RelayDesk(
        here,
        isLinked,
        isCertified,
        Told.REGION::equals,
        relayed -> {
          asked.add(relayed.session() + " at " + relayed.site());
          return answer;
        });
  }

  private byte[] request(String session, String site) {
    return request(session, site, new SessionEntity.Tell(probe.getRef()));
  }

  private static byte[] request(String session, String site, SessionEntity.Request request) {
    return RelayCodec.request(new SessionsActor.For(session, request, site));
  }

  private static byte[] offer(String from) {
    return SessionRequest.newBuilder()
        .setSession("shop/x")
        .setSite("region")
        .setHoldOffer(OfferHeld.newBuilder().setFrom(from))
        .build()
        .toByteArray();
  }

  private static byte[] answer(RelayDesk desk, String peer, byte[] payload) {
    var answer =
        desk.handle(new Asked(peer, RelayDesk.KIND, 0, payload, Long.MAX_VALUE))
            .toCompletableFuture()
            .join();
    return assertInstanceOf(Answer.Done.class, answer).payload();
  }

  private static SessionRefusal refusal(byte[] answer) {
    return assertThrows(SessionException.class, () -> RelayCodec.state(answer)).refusal();
  }

  @Test
  void asksASessionOfThisSiteAndTellsItsState() {
    var told = answer(desk(Told.REGION, false), "till.shop", request("shop/x", "region"));
    assertEquals(Told.session(), RelayCodec.state(told));
    assertEquals(List.of("shop/x at region"), asked);
  }

  @Test
  void tellsWhyASessionRefused() {
    answer = CompletableFuture.failedFuture(new SessionException(SessionRefusal.CLOSED, "over"));
    var told = answer(desk(Told.REGION, false), "till.shop", request("shop/x", "region"));
    assertEquals(SessionRefusal.CLOSED, refusal(told));
  }

  @Test
  void whatFailsOtherwiseMayHaveTakenEffect() {
    answer = CompletableFuture.failedFuture(new IllegalStateException("broken"));
    var told = answer(desk(Told.REGION, false), "till.shop", request("shop/x", "region"));
    assertEquals(SessionRefusal.UNANSWERED, refusal(told));
  }

  @Test
  void whoMayNotAskIsRefusedAndNobodyIsAsked() {
    var desk = desk(Told.REGION, false);
    var others = request("shop-2/x", "region");
    assertEquals(SessionRefusal.INVALID, refusal(answer(desk, "till.shop", others)));
    var elsewhere = request("shop/x", "depot");
    assertEquals(SessionRefusal.INVALID, refusal(answer(desk, "till.shop", elsewhere)));
    var own = request("shop/x", "region");
    assertEquals(SessionRefusal.INVALID, refusal(answer(desk, "operator", own)));
    assertEquals(List.of(), asked);
  }

  @Test
  void aLinkedSiteIsAskedByItsRegionsOnly() {
    var desk = desk(Told.SHOP, true);
    var request = request("shop/x", "shop");
    assertEquals(SessionRefusal.UNREACHABLE, refusal(answer(desk, "till.shop-2", request)));
    assertEquals(List.of(), asked);
    assertEquals(Told.session(), RelayCodec.state(answer(desk, "hub.region", request)));
  }

  @Test
  void aCertificateThatOnlyEndsInASiteAsksNobody() {
    var desk = desk(Told.REGION, false, true);
    for (var name : List.of("shop/x.shop-7", "a.b.shop-7", "shop/till")) {
      assertEquals(
          SessionRefusal.INVALID, refusal(answer(desk, name, request("shop/x", "region"))), name);
    }
    assertEquals(List.of(), asked);
    var till = answer(desk, "till.shop", request("shop/x", "region"));
    assertEquals(Told.session(), RelayCodec.state(till));
  }

  @Test
  void aLinkedSiteTellsFramesAndBudgetOfSessionsOfItsOwn() {
    var replyTo = probe.getRef();
    for (var request :
        List.of(
            new SessionEntity.RecordFrames(1, 1, 2, HASH, replyTo),
            new SessionEntity.ReserveBudget(1, 1, replyTo),
            new SessionEntity.SettleBudget(1, 1, replyTo))) {
      assertDone("shop/x", request);
      assertRefused("region/x", request);
    }
  }

  @Test
  void aLinkedSiteOpensSessionsInNoEpochOfItsOwn() {
    var replyTo = probe.getRef();
    for (var session : List.of("shop/x", "region/x")) {
      assertDone(session, new SessionEntity.Open("acme", 0, 0, replyTo));
      assertRefused(session, new SessionEntity.Open("acme", 7, 0, replyTo));
    }
  }

  @Test
  void aLinkedSiteMovesSessionsToItselfAndFromItself() {
    var replyTo = probe.getRef();
    assertDone("region/x", new SessionEntity.PrepareMove("shop", replyTo));
    assertDone("region/x", new SessionEntity.Release("shop", HASH, replyTo));
    assertRefused("region/x", new SessionEntity.PrepareMove("depot", replyTo));
    assertRefused("region/x", new SessionEntity.Release("depot", HASH, replyTo));
    asked.clear();
    var desk = desk(Told.REGION, false);
    assertEquals(SessionRefusal.INVALID, refusal(answer(desk, "till.shop", offer("depot"))));
    assertEquals(List.of(), asked);
    assertEquals(Told.session(), RelayCodec.state(answer(desk, "till.shop", offer("shop"))));
  }

  private void assertDone(String session, SessionEntity.Request request) {
    asked.clear();
    var told = answer(desk(Told.REGION, false), "till.shop", request(session, "region", request));
    assertEquals(Told.session(), RelayCodec.state(told));
    assertEquals(List.of(session + " at region"), asked);
  }

  private void assertRefused(String session, SessionEntity.Request request) {
    asked.clear();
    var told = answer(desk(Told.REGION, false), "till.shop", request(session, "region", request));
    assertEquals(SessionRefusal.INVALID, refusal(told));
    assertEquals(List.of(), asked);
  }

  @Test
  void aRegionAsksOfALinkedSiteWhatNodesOfAClusterAsk() {
    var replyTo = probe.getRef();
    var desk = desk(Told.SHOP, true);
    for (var request :
        List.<SessionEntity.Request>of(
            new SessionEntity.Open("acme", 7, 0, replyTo),
            new SessionEntity.ReserveBudget(1, 1, replyTo),
            new SessionEntity.PrepareMove("depot", replyTo))) {
      var told = answer(desk, "hub.region", request("depot/x", "shop", request));
      assertEquals(Told.session(), RelayCodec.state(told));
    }
  }

  @Test
  void bytesThatAreNoRequestAskNobody() {
    var random = new Random(7);
    var desk = desk(Told.REGION, false);
    for (var each = 0; each < HOSTILE; each++) {
      var bytes = request("shop/x", "region");
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      var cut = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      var told = answer(desk, "till.shop", each % 2 == 0 ? bytes : cut);
      assertTrue(told.length > 0);
    }
    for (var session : asked) {
      assertTrue(session.endsWith(" at region"), session);
    }
  }
}
