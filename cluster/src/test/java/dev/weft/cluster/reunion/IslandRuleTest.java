package dev.weft.cluster.reunion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.site.SiteName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IslandRuleTest {

  private static final Life HUB = life("region", "a");
  private static final Life AWAY = life("away", "a");
  private static final Life SHOP_A = life("shop", "a");
  private static final Life SHOP_B = life("shop", "b");

  private final IslandRule rule = new IslandRule(Duration.ofSeconds(10));

  private static Life life(String site, String node) {
    return new Life("akka://weft@%s-%s:1".formatted(site, node), 1, new SiteName(site));
  }

  /** Of {@code SHOP_A}, which speaks for its site. */
  private static Island island(Set<Life> full, Set<Life> heard, Life... members) {
    return new Island(SHOP_A, List.of(members), full, heard, Set.of(), true);
  }

  private static final Island ALONE =
      island(Set.of(HUB, AWAY), Set.of(HUB, SHOP_A), SHOP_A, HUB, AWAY);

  private boolean rises(Island island, int second) {
    return rule.rises(island, Duration.ofSeconds(second).toNanos());
  }

  @Test
  void theFirstOfASiteRisesWhenSomeHaveNotHeardOfItForLong() {
    assertFalse(rises(ALONE, 100));
    assertFalse(rises(ALONE, 105));
    assertTrue(rises(ALONE, 110));
    assertTrue(rises(ALONE, 115));
  }

  @Test
  void itWaitsForAkkaAgainWhenAllHaveHeardOfItMeanwhile() {
    assertFalse(rises(ALONE, 100));
    assertFalse(
        rises(island(Set.of(HUB, AWAY), Set.of(HUB, AWAY, SHOP_A), SHOP_A, HUB, AWAY), 105));
    assertFalse(rises(ALONE, 112));
    assertTrue(rises(ALONE, 122));
  }

  @Test
  void looksThatAreFarApartSayNothingOfTheTimeBetween() {
    assertFalse(rises(ALONE, 100));
    assertFalse(rises(ALONE, 121));
    assertFalse(rises(ALONE, 130));
    assertTrue(rises(ALONE, 131));
  }

  @Test
  void itRisesThoughAtEachLookOthersHaveNotHeardOfIt() {
    var hub = island(Set.of(HUB, AWAY), Set.of(AWAY, SHOP_A), SHOP_A, HUB, AWAY);
    assertFalse(rises(ALONE, 100));
    assertFalse(rises(hub, 105));
    assertTrue(rises(ALONE, 110));
  }

  @Test
  void itDoesNotRiseWhileAnotherOfItsSiteIsUp() {
    var beside =
        island(Set.of(HUB, AWAY, SHOP_B), Set.of(SHOP_A, SHOP_B), SHOP_A, SHOP_B, HUB, AWAY);
    assertFalse(rises(beside, 100));
    assertFalse(rises(beside, 200));
  }

  @Test
  void ofSeveralThatAreComingTheOneThatSpeaksForThemRises() {
    var both = island(Set.of(HUB, AWAY), Set.of(SHOP_A, SHOP_B), SHOP_A, SHOP_B, HUB, AWAY);
    assertFalse(rises(both, 100));
    assertTrue(rises(both, 110));
    var silent = new Island(SHOP_B, both.members(), both.full(), both.heard(), Set.of(), false);
    assertFalse(rises(silent, 120));
    assertFalse(rises(silent, 140));
  }

  @Test
  void itDoesNotRiseWhileItsOwnSiteHasNotHeardOrIsNotReached() {
    var full = Set.of(HUB, AWAY);
    var members = List.of(SHOP_A, SHOP_B, HUB, AWAY);
    var unheard = new Island(SHOP_A, members, full, Set.of(SHOP_A), Set.of(), true);
    var heard = Set.of(SHOP_A, SHOP_B);
    assertFalse(rises(unheard, 100));
    assertFalse(rises(unheard, 110));
    assertFalse(rises(new Island(SHOP_A, members, full, heard, Set.of(SHOP_B), true), 115));
    assertTrue(rises(new Island(SHOP_A, members, full, heard, Set.of(AWAY), true), 120));
  }

  @Test
  void whoIsUpDoesNotRise() {
    var up = island(Set.of(SHOP_A, HUB, AWAY), Set.of(SHOP_A), SHOP_A, HUB, AWAY);
    assertFalse(rises(up, 100));
    assertFalse(rises(up, 200));
  }

  @Test
  void onlyThoseOfOtherSitesAreDoneWithout() {
    var both = island(Set.of(HUB, AWAY), Set.of(HUB, SHOP_A), SHOP_A, SHOP_B, HUB, AWAY);
    assertEquals(List.of(AWAY), both.deaf());
  }

  @Test
  void itRisesOnlyWhereNobodyOfItsSiteIsUpWhateverElseItSees() {
    var random = new Random(1);
    var all = List.of(SHOP_A, SHOP_B, HUB, AWAY);
    for (var i = 0; i < 2_000; i++) {
      var fresh = new IslandRule(Duration.ofSeconds(10));
      var island = new Island(SHOP_A, all, some(all, random), some(all, random), Set.of(), true);
      fresh.rises(island, 0);
      var rises = fresh.rises(island, Duration.ofSeconds(10).toNanos());
      var isUpThere = island.full().contains(SHOP_A) || island.full().contains(SHOP_B);
      var isHeard = island.heard().contains(HUB) && island.heard().contains(AWAY);
      var isAgreed = island.heard().contains(SHOP_B);
      assertEquals(!isUpThere && !isHeard && isAgreed, rises, island::toString);
    }
  }

  private static Set<Life> some(List<Life> all, Random random) {
    var some = new HashSet<>(all);
    some.removeIf(_ -> random.nextBoolean());
    return some;
  }
}
