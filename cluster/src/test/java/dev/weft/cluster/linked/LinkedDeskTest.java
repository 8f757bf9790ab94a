package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.fact.BufferFacts;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsCodec;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.SiteName;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinkedDeskTest {

  private static final SiteName DEPOT = new SiteName("depot");
  private static final int HOSTILE = 5_000;
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final long VALID = Duration.ofMillis(250).toNanos();
  private static final long SPACING = Duration.ofMillis(500).toNanos();

  private static final BufferFacts KEPT =
      new BufferFacts(
          true,
          true,
          Optional.of("region/spoke"),
          true,
          false,
          7,
          8,
          Optional.empty(),
          Optional.empty(),
          List.of());

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
          INTERVAL,
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
  void whatANodeTellsTooSoonIsAnsweredAndPassedOver() {
    for (var sequence = 1; sequence <= 100; sequence++) {
      told(tell(Told.node(Told.SHOP, "a", sequence)));
    }
    told(tell(Told.node(Told.SHOP, "b", 1)));
    assertEquals(List.of("shop/a 1", "shop/b 1"), heards());
    nanos.addAndGet(SPACING - 1);
    told(tell(Told.node(Told.SHOP, "a", 101)));
    assertEquals(2, heard.size());
    nanos.addAndGet(1);
    told(tell(Told.node(Told.SHOP, "a", 102)));
    assertEquals("shop/a 102", heards().getLast());
  }

  private List<String> heards() {
    return heard.stream().map(node -> node.id() + " " + node.state().sequence()).toList();
  }

  @Test
  void whatIsOfOneClusterAloneIsNeitherToldNorHeard() {
    var state = Told.state(1, Set.of("till:1")).arriving(Map.of(3, 9.0)).with(KEPT);
    facts.told(Told.with(Told.REGION, "hub", Told.state(1, Set.of()).arriving(Map.of(3, 9.0))));
    facts.told(Told.with(Told.REGION, "spoke", Told.state(1, Set.of()).with(KEPT)));
    var told = told(tell(Told.with(Told.SHOP, "till", state)));
    assertEquals(2, told.size());
    told.forEach(LinkedDeskTest::assertBare);
    assertBare(heard.getFirst());
  }

  private static void assertBare(NodeFacts node) {
    assertEquals(Map.of(), node.state().arrivals());
    assertEquals(BufferFacts.NONE, node.state().buffer());
  }

  @Test
  void hearsANodeOfALargeSiteWithManyVariants() {
    var members = new HashSet<>(names("10.200.100.%d:25520", 255));
    members.add("till:1");
    var variants = new HashSet<>(names("detect-shelf-gaps-%03d@int8-openvino-v12", 300));
    var state = Told.state(1, members, variants, 0.5, true);
    var bytes = FactsCodec.write(List.of(Told.with(Told.SHOP, "till", state)));
    assertTrue(bytes.length <= LinkedDesk.BYTES_MAX, "bytes: " + bytes.length);
    assertEquals(0, told(tell("till.shop", bytes)).size());
    assertEquals(1, heard.size());
    refusal(Reason.TOO_LARGE, tell("till.shop", new byte[LinkedDesk.BYTES_MAX + 1]));
  }

  private static List<String> names(String format, int count) {
    return IntStream.range(0, count).mapToObj(format::formatted).toList();
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
      nanos.addAndGet(SPACING);
    }
    assertTrue(heard.size() > 1);
    heard.forEach(
        node -> {
          assertEquals("shop/a", node.id().toString());
          assertTrue(node.isLinked());
        });
  }
}
