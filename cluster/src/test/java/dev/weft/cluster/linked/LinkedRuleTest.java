package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest.Role;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinkedRuleTest {

  private static final Set<SiteName> OWN = Set.of(Told.REGION, new SiteName("depot"));

  private static void assertRefused(String peer, NodeFacts told, String why) {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> LinkedRule.requireLinked(peer, told, OWN));
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
  }

  private static NodeFacts telling(NodeFacts.State state) {
    return Told.with(Told.SHOP, "till", state);
  }

  @Test
  void takesANodeThatTellsOfItself() {
    var told = Told.node(Told.SHOP, "till", 1);
    assertDoesNotThrow(() -> LinkedRule.requireLinked("till.shop", told, OWN));
    assertDoesNotThrow(() -> LinkedRule.requireLinked("shop/till", told, OWN));
  }

  @Test
  void nobodyTellsOfAnother() {
    var told = Told.node(Told.SHOP, "till", 1);
    assertRefused("door.shop", told, "told by 'door.shop' (expected: by itself)");
    assertRefused("till.shop-2", told, "told by 'till.shop-2'");
    assertRefused("", told, "told by ''");
  }

  @Test
  void nobodyComesAsANodeOfThisCluster() {
    var depot = Told.node(new SiteName("depot"), "till", 1);
    assertRefused("till.depot", depot, "its site is one of this cluster");
    var hub = Told.node(Told.REGION, "hub", 1);
    assertRefused("hub.region", hub, "role REGION (expected: edge");
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    assertRefused("till.shop", telling(Told.state(1, Set.of())), "members of its site");
    assertRefused("till.shop", telling(Told.state(1, Set.of("other:1"))), "members of its site");
    var many =
        IntStream.range(0, 256).mapToObj(each -> "n" + each + ":1").collect(Collectors.toSet());
    many.add("till:1");
    assertRefused("till.shop", telling(Told.state(1, many)), "members of its site");
    var members = Set.of("till:1");
    assertRefused("till.shop", telling(Told.state(1, members, Set.of("see"), 0, true)), "variants");
    assertRefused("till.shop", telling(Told.state(1, members, Set.of(), Double.NaN, true)), "load");
    assertRefused("till.shop", telling(Told.state(1, members, Set.of(), -1, true)), "load");
  }

  @Test
  void aNodeWithoutADataLinkIsRefused() {
    var told =
        new NodeFacts(
            "till",
            Told.SHOP,
            Role.EDGE,
            NodeClass.STANDARD,
            1,
            "till:1",
            "",
            Set.of(),
            Told.state(1, Set.of("till:1")));
    assertRefused("till.shop", told, "address: ''");
  }

  @Test
  void aLinkedSiteHearsOfRegionsOnly() {
    var own = Set.of(Told.SHOP);
    assertDoesNotThrow(() -> LinkedRule.requireRegion(Told.node(Told.REGION, "hub", 1), own));
    for (var wrong :
        Set.of(Told.node(Told.SHOP, "till", 1), Told.node(new SiteName("shop-2"), "till", 1))) {
      assertThrows(IllegalArgumentException.class, () -> LinkedRule.requireRegion(wrong, own));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> LinkedRule.requireRegion(Told.node(Told.REGION, "hub", 1), Set.of(Told.REGION)));
  }

  @Test
  void aLinkedSiteAsksSessionsOfItsOwnAndOfTheRegion() {
    assertEquals(Optional.empty(), against("shop/x", "region"));
    assertEquals(Optional.empty(), against("region/x", "region"));
    assertTrue(against("shop-2/x", "region").orElseThrow().contains("asked by site 'shop'"));
    assertTrue(against("shop/x", "shop-2").orElseThrow().contains("site 'shop-2': asked at"));
    assertTrue(against("shop/", "region").orElseThrow().contains("expected: SITE/NAME"));
  }

  private static Optional<String> against(String session, String site) {
    return LinkedRule.against(Told.SHOP, false, session, site, Told.REGION);
  }

  @Test
  void aRegionAsksAllSessionsOfALinkedSite() {
    assertEquals(
        Optional.empty(), LinkedRule.against(Told.REGION, true, "shop-2/x", "shop", Told.SHOP));
  }
}
