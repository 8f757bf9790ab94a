package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Reason;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LinkedGateTest {

  private static final Handler ANSWERING =
      _ -> CompletableFuture.completedFuture(new Answer.Done(new byte[0]));

  private static boolean isLet(boolean isCertified, String peer, String kind) {
    var handlers =
        new LinkedGate(() -> Set.of(Told.REGION), Set.of("frame"), isCertified)
            .before(Map.of("frame", ANSWERING, "status", ANSWERING));
    var answer =
        Objects.requireNonNull(handlers.get(kind))
            .handle(new Asked(peer, kind, 0, new byte[0], Long.MAX_VALUE))
            .toCompletableFuture()
            .join();
    if (answer instanceof Answer.Refused refused) {
      assertEquals(Reason.UNKNOWN_KIND, refused.reason());
      assertTrue(refused.detail().contains("is not answered here to '%s'".formatted(peer)));
      return false;
    }
    assertInstanceOf(Answer.Done.class, answer);
    return true;
  }

  @Test
  void aCertificateThatOnlyEndsInASiteIsAStrangers() {
    for (var name : List.of("region/x.shop-7", "a.b.shop-7", "region/hub", "operator", "")) {
      assertFalse(isLet(true, name, "status"), name);
      assertTrue(isLet(true, name, "frame"), name);
    }
  }

  @Test
  void aNodeOfThisClusterAsksAllAndOneOfAnotherWhatIsOpen() {
    for (var isCertified : List.of(true, false)) {
      assertTrue(isLet(isCertified, "hub.region", "status"));
      assertFalse(isLet(isCertified, "till.shop", "status"));
      assertTrue(isLet(isCertified, "till.shop", "frame"));
    }
  }

  @Test
  void withoutCertificatesOneIsWhoHeCallsHimself() {
    assertTrue(isLet(false, "region/hub", "status"));
    assertFalse(isLet(false, "shop/till", "status"));
    assertTrue(isLet(false, "operator", "status"));
  }
}
