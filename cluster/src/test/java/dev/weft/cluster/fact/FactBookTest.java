package dev.weft.cluster.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FactBookTest {

  private static final SiteName SHOP = new SiteName("shop-7");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
  private final FactBook book = new FactBook(Duration.ofSeconds(5), 3, nanos::get);

  static NodeFacts facts(String name, long process, long sequence) {
    return new NodeFacts(
        name,
        SHOP,
        NodeManifest.Role.EDGE,
        NodeClass.STANDARD,
        process,
        name + ":25520",
        name + ":9200",
        Set.of("eu-de"),
        NodeFacts.State.idle().numbered(sequence));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private List<String> names() {
    return book.all().stream().map(NodeFacts::name).toList();
  }

  @Test
  void forgetsANodeThatIsSilent() {
    book.told(facts("a", 1, 1));
    pass(Duration.ofSeconds(3));
    book.told(facts("b", 1, 1));
    assertEquals(Optional.of(Duration.ofSeconds(3)), book.age(new NodeId(SHOP, "a")));
    pass(Duration.ofMillis(2001));

    assertEquals(List.of("b"), names());
    assertEquals(Optional.empty(), book.age(new NodeId(SHOP, "a")));
  }

  @Test
  void whatIsHeardTwiceOrLateKeepsNothingAlive() {
    book.told(facts("a", 1, 2));
    pass(Duration.ofSeconds(4));
    assertFalse(book.told(facts("a", 1, 2)));
    assertFalse(book.told(facts("a", 1, 1)));
    pass(Duration.ofSeconds(2));

    assertEquals(List.of(), names());
    assertTrue(book.told(facts("a", 1, 1)), "as the book knows nothing of it any more");
  }

  @Test
  void aNewProcessTakesThePlaceOfTheOneBefore() {
    book.told(facts("a", 1, 900));
    book.told(facts("a", 2, 1));
    book.told(facts("a", 1, 901));

    assertEquals(2, book.all().getFirst().process());
    assertEquals(1, book.all().size());
  }

  @Test
  void findsANodeByItsIdUntilItIsSilent() {
    book.told(facts("a", 7, 1));
    var id = NodeId.find("shop-7/a").orElseThrow();

    assertEquals(Optional.of(7L), book.find(id).map(NodeFacts::process));
    assertEquals(Optional.empty(), book.find(new NodeId(SHOP, "b")));
    pass(Duration.ofMillis(5001));
    assertEquals(Optional.empty(), book.find(id));
    assertEquals(Optional.empty(), NodeId.find("shop-7"));
    assertEquals(Optional.empty(), NodeId.find("Shop 7/a"));
  }

  @Test
  void keepsNoMoreNodesThanItMay() {
    for (var name : List.of("a", "b", "c", "d")) {
      book.told(facts(name, 1, 1));
    }
    assertEquals(List.of("b", "c", "d"), names());
  }

  @Test
  void forgetsAProcessThatEndedAtOnce() {
    book.told(facts("a", 1, 1));
    book.gone("a:25520");
    assertEquals(List.of(), names());
  }

  @Test
  void refusesBoundsThatAreNone() {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> new FactBook(Duration.ZERO, 1, nanos::get));
    assertTrue(String.valueOf(refused.getMessage()).contains("PT0S"));
  }

  private static NodeFacts linked(String name, long sequence, String... members) {
    return facts(name, 1, sequence).linked(Set.of(members));
  }

  @Test
  void membersOfALinkedSiteAreKnownAlsoWhileNothingIsHeardOfThem() {
    book.told(linked("a", 1, "a:25520", "b:25520"));
    book.told(facts("c", 1, 1));
    assertEquals(
        List.of(
            new FactBook.LinkedMember(SHOP, "a:25520", true),
            new FactBook.LinkedMember(SHOP, "b:25520", false)),
        book.linkedMembers());
    assertEquals(1, book.linkedCount());
    assertEquals(1, book.linked(Optional.of(SHOP)).size());
    assertEquals(0, book.linked(Optional.of(new SiteName("other"))).size());

    pass(Duration.ofSeconds(6));
    assertEquals(
        List.of(
            new FactBook.LinkedMember(SHOP, "a:25520", false),
            new FactBook.LinkedMember(SHOP, "b:25520", false)),
        book.linkedMembers());
    assertEquals(0, book.linkedCount());
  }

  @Test
  void theMembersThatALinkedSiteToldLastCount() {
    book.told(linked("a", 1, "a:25520", "b:25520"));
    book.told(linked("a", 2, "a:25520"));
    book.told(linked("a", 1, "a:25520", "b:25520"));
    assertEquals(List.of(new FactBook.LinkedMember(SHOP, "a:25520", true)), book.linkedMembers());
  }

  @Test
  void aMemberThatIsGoneTakesNoLinkedNodeOfItsAddressAlong() {
    book.told(linked("a", 1, "a:25520"));
    book.gone("a:25520");
    assertEquals(1, book.linkedCount());
    assertEquals(Optional.empty(), book.at("a:25520"));
  }

  private List<String> linkedNames(Optional<SiteName> site) {
    return book.linked(site).stream().map(NodeFacts::name).toList();
  }

  @Test
  void whatIsLinkedIsFoundBySiteAsLongAsItIsKnown() {
    var shop = Optional.of(SHOP);
    book.told(linked("b", 1, "b:25520"));
    book.told(linked("a", 1, "a:25520"));
    assertEquals(List.of("a", "b"), linkedNames(shop));
    assertEquals(List.of("a", "b"), linkedNames(Optional.empty()));

    book.told(facts("b", 2, 1));
    assertEquals(List.of("a"), linkedNames(shop), "it is of the same cluster now");
    book.told(facts("c", 1, 1));
    book.told(facts("d", 1, 1));
    assertEquals(List.of(), linkedNames(shop), "there was no room for it any more");
    book.told(linked("a", 2, "a:25520"));
    book.gone("shop-7/a");
    assertEquals(List.of(), linkedNames(shop));
    book.told(linked("a", 2, "a:25520"));
    pass(Duration.ofSeconds(6));
    assertEquals(List.of(), linkedNames(shop));
    assertEquals(List.of(), linkedNames(Optional.empty()));
  }

  @Test
  void theLinkedNodesOfASiteAreThoseThatALookThroughAllFinds() {
    var seed = new SplittableRandom().nextLong();
    var random = new SplittableRandom(seed);
    for (var step = 0; step < 2_000; step++) {
      var name = "n" + random.nextInt(5);
      switch (random.nextInt(4)) {
        case 0 -> book.gone(random.nextBoolean() ? SHOP + "/" + name : name + ":25520");
        case 1 -> pass(Duration.ofMillis(random.nextInt(3_000)));
        case 2 -> book.told(facts(name, random.nextInt(3), step));
        default -> book.told(linked(name, step, name + ":25520"));
      }
      assertEquals(
          book.all().stream().filter(NodeFacts::isLinked).toList(),
          book.linked(Optional.of(SHOP)),
          "seed " + seed);
      assertEquals(book.linked(Optional.of(SHOP)).size(), book.linkedCount());
    }
  }
}
