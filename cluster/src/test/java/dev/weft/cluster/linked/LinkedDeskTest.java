package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsCodec;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.SiteName;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LinkedDeskTest {

  private static final SiteName DEPOT = new SiteName("depot");
  private static final int HOSTILE = 5_000;
  private static final long VALID = Duration.ofMillis(250).toNanos();

  private final AtomicLong nanos = new AtomicLong();
  private final FactBook facts = new FactBook(Duration.ofSeconds(5), 100, nanos::get);
  private final List<NodeFacts> heard = new ArrayList<>();
  private final LinkedDesk desk =
      new LinkedDesk(
          new LinkedSettings(List.of(), true, 3, 2, Duration.ofSeconds(1), Duration.ofSeconds(1)),
          facts,
          () -> Map.of(Told.REGION, Set.of("hub:1", "spoke:1"), DEPOT, Set.of("box:1")),
          node -> {
            heard.add(node);
            facts.told(node);
          },
          VALID,
          nanos::get);

  private static NodeFacts member(SiteName site, String name) {
    return Told.with(site, name, Told.state(1, Set.of()));
  }

  private Answer tell(String peer, byte[] payload) {
    return desk.handle(new Asked(peer, LinkedDesk.KIND, 0, payload, Long.MAX_VALUE))
        .toCompletableFuture()
        .join();
  }

  private Answer tell(NodeFacts node) {
    return tell(node.id().certified(), FactsCodec.write(List.of(node)));
  }

  private static List<NodeFacts> told(Answer answer) {
    return FactsCodec.readAll(assertInstanceOf(Answer.Done.class, answer).payload());
  }

  private static String refusal(Reason reason, Answer answer) {
    var refused = assertInstanceOf(Answer.Refused.class, answer);
    assertEquals(reason, refused.reason());
    assertEquals(false, refused.mayHaveRun());
    return refused.detail();
  }

  @Test
  void hearsANodeAndTellsItOfTheRegionsNodesAndOfNobodyElse() {
    facts.told(member(Told.REGION, "hub"));
    facts.told(member(DEPOT, "box"));
    facts.told(Told.node(new SiteName("shop-2"), "other", 1));
    var till = Told.node(Told.SHOP, "till", 1);
    var told = told(tell(till));
    assertEquals(List.of(till), heard);
    assertEquals(1, told.size());
    assertEquals("region/hub", told.getFirst().id().toString());
    assertEquals(Set.of("hub:1", "spoke:1"), told.getFirst().state().linkedMembers());
  }

  @Test
  void tellsWhatItFoundNotLongAgo() {
    assertEquals(0, told(tell(Told.node(Told.SHOP, "till", 1))).size());
    facts.told(member(Told.REGION, "hub"));
    nanos.addAndGet(VALID - 1);
    assertEquals(0, told(tell(Told.node(Told.SHOP, "till", 2))).size());
    nanos.addAndGet(1);
    assertEquals(1, told(tell(Told.node(Told.SHOP, "till", 3))).size());
  }

  @Test
  void takesSoManyNodesOfASiteAndSoManyInAll() {
    tell(Told.node(Told.SHOP, "a", 1));
    tell(Told.node(Told.SHOP, "b", 1));
    var third = refusal(Reason.BUSY, tell(Told.node(Told.SHOP, "c", 1)));
    assertEquals("linked nodes of site 'shop': 2 (expected: < 2)", third);
    told(tell(Told.node(Told.SHOP, "a", 2)));
    tell(Told.node(new SiteName("shop-2"), "a", 1));
    var fourth = refusal(Reason.BUSY, tell(Told.node(new SiteName("shop-3"), "a", 1)));
    assertEquals("linked nodes: 3 (expected: < 3)", fourth);
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    told(tell(Told.node(new SiteName("shop-3"), "a", 1)));
  }

  @Test
  void oneNodeTellsOfItselfOnly() {
    var two = FactsCodec.write(List.of(Told.node(Told.SHOP, "a", 1), Told.node(Told.SHOP, "b", 1)));
    assertTrue(refusal(Reason.FAILED, tell("a.shop", two)).contains("nodes: 2 (expected: 1)"));
    var other = FactsCodec.write(List.of(Told.node(Told.SHOP, "b", 1)));
    assertTrue(refusal(Reason.FAILED, tell("a.shop", other)).contains("told by 'a.shop'"));
    var own = FactsCodec.write(List.of(Told.node(DEPOT, "a", 1)));
    assertTrue(refusal(Reason.FAILED, tell("a.depot", own)).contains("one of this cluster"));
    assertEquals(List.of(), heard);
  }

  @Test
  void bytesThatAreNoFactsAreRefused() {
    refusal(Reason.TOO_LARGE, tell("a.shop", new byte[(1 << 16) + 1]));
    refusal(Reason.FAILED, tell("a.shop", new byte[0]));
    var random = new Random(11);
    for (var each = 0; each < HOSTILE; each++) {
      var bytes = FactsCodec.write(List.of(Told.node(Told.SHOP, "a", each)));
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      tell("a.shop", bytes);
    }
    heard.forEach(
        node -> {
          assertEquals("shop/a", node.id().toString());
          assertTrue(node.isLinked());
        });
  }
}
