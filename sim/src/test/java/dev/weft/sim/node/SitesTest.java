package dev.weft.sim.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.world.Host;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Akka's cluster, sharding and split brain resolver in one thread, on virtual time. */
@Tag("many-seeds")
class SitesTest {

  private static final Duration FORMED_WITHIN = Duration.ofSeconds(30);
  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(20);
  private static final Duration REUNITED_WITHIN = Duration.ofSeconds(90);

  private final World world = new World(1);
  private final Network network =
      new Network(world, new Network.Weather(0, 0, Duration.ofMillis(2)));
  private final Findings findings = new Findings(world::note);
  private final Sites sites = new Sites(world, network, SitePlan.of(2, 3), findings);

  @AfterEach
  void closeWorld() {
    assertEquals(List.of(), world.problems());
    world.close();
  }

  private void form() {
    sites.start();
    assertTrue(world.passUntil(sites::isWhole, FORMED_WITHIN), () -> view("s0-n0").toString());
  }

  private Map<String, String> view(String host) {
    return sites.member(host).orElseThrow().members();
  }

  private void cut(String one, String other) {
    network.cut(one, other);
    network.cut(other, one);
  }

  private void heal(String one, String other) {
    network.heal(one, other);
    network.heal(other, one);
  }

  @Test
  void aKilledMemberIsNoticedAndComesBackAnew() {
    form();
    sites.kill("s0-n1");

    assertTrue(
        world.passUntil(
            () -> view("s0-n0").size() < 6 || !sites.member("s0-n1").isEmpty(), NOTICED_WITHIN));
    assertTrue(world.passUntil(sites::isWhole, Duration.ofSeconds(60)));
    assertEquals(List.of(), findings.violations());
  }

  @Test
  void aSiteThatIsCutOffStaysAndIsSeenAgainWithoutARestart() {
    form();
    var before = sites.member("s1-n0").orElseThrow();
    eachLink("s0", "s1", this::cut);
    assertTrue(
        world.passUntil(
            () -> !sites.member("s0-n0").orElseThrow().unreachable().isEmpty(),
            Duration.ofSeconds(60)));
    world.pass(Duration.ofMinutes(10));
    eachLink("s0", "s1", this::heal);

    assertTrue(world.passUntil(sites::isWhole, Duration.ofSeconds(60)));
    assertEquals(before, sites.member("s1-n0").orElseThrow());
    assertEquals(List.of(), findings.violations());
  }

  private void eachLink(String oneSite, String otherSite, BiConsumer<String, String> change) {
    for (var here : sites.plan().hostsOf(oneSite)) {
      for (var there : sites.plan().hostsOf(otherSite)) {
        change.accept(here, there);
      }
    }
  }

  private boolean isTogether(String site) {
    var there = sites.plan().hostsOf(site);
    return there.stream().allMatch(name -> sites.missing(name, there).isEmpty());
  }

  private List<Integer> processes() {
    return sites.plan().allHosts().stream().map(name -> sites.host(name).processes()).toList();
  }

  private void findsTogetherWithoutARestart() {
    assertFalse(sites.isWhole());
    var before = processes();
    eachLink("s0", "s1", this::heal);

    assertTrue(world.passUntil(sites::isWhole, REUNITED_WITHIN), () -> view("s0-n0").toString());
    world.pass(REUNITED_WITHIN);
    sites.checkWhole();
    assertEquals(before, processes());
    assertEquals(List.of(), findings.violations());
  }

  @ParameterizedTest
  @ValueSource(strings = {"s0", "s1"})
  void aSiteOfWhichEachProcessWasReplacedWhileItWasCutOffIsTakenIn(String site) {
    form();
    eachLink("s0", "s1", this::cut);
    for (var host : sites.plan().hostsOf(site)) {
      sites.kill(host);
      world.pass(Duration.ofSeconds(1));
      assertTrue(world.passUntil(() -> isTogether(site), REUNITED_WITHIN));
    }
    findsTogetherWithoutARestart();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s0", "s1"})
  void aSiteThatWasKilledAsAWholeWhileItWasCutOffBeginsAnewAndIsTakenIn(String site) {
    form();
    eachLink("s0", "s1", this::cut);
    sites.plan().hostsOf(site).forEach(sites::kill);
    world.pass(Duration.ofSeconds(1));
    assertTrue(world.passUntil(() -> isTogether(site), REUNITED_WITHIN));
    findsTogetherWithoutARestart();
  }

  @Test
  void bothSitesMayHaveNewProcessesThroughout() {
    form();
    eachLink("s0", "s1", this::cut);
    sites.plan().allHosts().forEach(sites::kill);
    world.pass(Duration.ofSeconds(1));
    assertTrue(world.passUntil(() -> isTogether("s0") && isTogether("s1"), REUNITED_WITHIN));
    findsTogetherWithoutARestart();
  }

  @Test
  void aNodeThatBeganApartFromItsSiteGivesWayToTheMore() {
    form();
    var rest = sites.plan().allHosts().stream().filter(name -> !name.equals("s0-n0")).toList();
    rest.forEach(other -> cut("s0-n0", other));
    sites.kill("s0-n0");
    // While they run they keep the right to begin.
    world.pass(Duration.ofSeconds(5));
    var others = List.of(sites.host("s0-n1"), sites.host("s0-n2"));
    others.forEach(Host::pause);
    assertTrue(
        world.passUntil(() -> view("s0-n0").equals(Map.of("s0-n0", "Up")), Duration.ofSeconds(30)));
    others.forEach(Host::resume);
    var before = processes();
    rest.forEach(other -> heal("s0-n0", other));

    assertTrue(world.passUntil(sites::isWhole, REUNITED_WITHIN), () -> view("s0-n1").toString());
    assertEquals(before.getFirst() + 1, processes().getFirst());
    assertEquals(before.subList(1, before.size()), processes().subList(1, before.size()));
  }

  /** Of two that place a site's sessions, one would answer what the other has changed. */
  @ParameterizedTest
  @ValueSource(strings = {"s0-n0", "s1-n2"})
  void aNodeThatIsCutOffFromThoseOfItsSiteWhoGoOnBeginsNothingBesideThem(String alone) {
    form();
    var site = alone.substring(0, 2);
    var rest = sites.plan().allHosts().stream().filter(name -> !name.equals(alone)).toList();
    sites.troubled(site);
    rest.forEach(other -> cut(alone, other));
    sites.kill(alone);
    world.pass(Duration.ofSeconds(60));
    assertEquals(Map.of(), view(alone));

    for (var kept : rest.stream().filter(name -> name.startsWith(site)).toList()) {
      sites.kill(kept);
      world.pass(Duration.ofSeconds(40));
      assertEquals(Map.of(), view(alone), "after " + kept + " ended");
    }
    rest.forEach(other -> heal(alone, other));
    assertTrue(world.passUntil(sites::isWhole, REUNITED_WITHIN), () -> view(alone).toString());
  }

  @Test
  void aMemberThatHearsNobodyEndsItselfAndTheOthersGoOn() {
    form();
    var before = processes();
    sites.troubled("s0");
    sites.plan().allHosts().stream()
        .filter(other -> !other.equals("s0-n2"))
        .forEach(other -> cut("s0-n2", other));

    assertTrue(
        world.passUntil(() -> sites.host("s0-n2").processes() > before.get(2), NOTICED_WITHIN));
    world.pass(NOTICED_WITHIN);
    assertEquals(before.subList(0, 2), processes().subList(0, 2));
    assertEquals(before.subList(3, 6), processes().subList(3, 6));
  }

  @Test
  void aZombieIsToldThatItIsNoneOfThemAnyMoreAndEnds() {
    form();
    var before = sites.member("s0-n2").orElseThrow();
    sites.troubled("s0");
    sites.host("s0-n2").pause();
    assertTrue(world.passUntil(() -> !view("s0-n0").containsKey("s0-n2"), Duration.ofSeconds(60)));
    assertEquals(before, sites.member("s0-n2").orElseThrow());

    sites.host("s0-n2").resume();

    assertTrue(
        world.passUntil(
            () -> !sites.member("s0-n2").filter(before::equals).isPresent(), NOTICED_WITHIN));
    assertFalse(view("s0-n0").isEmpty());
  }
}
