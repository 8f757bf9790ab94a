package dev.weft.sim.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a cluster serves: sites of one node, and nodes that only others reach. */
class IslandsTest {

  private static final Duration FORMED_WITHIN = Duration.ofSeconds(30);
  private static final Duration UP_WITHIN = Duration.ofSeconds(40);
  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(20);
  private static final Duration REUNITED_WITHIN = Duration.ofSeconds(90);

  private final World world = new World(1);
  private final Network network =
      new Network(world, new Network.Weather(0, 0, Duration.ofMillis(2)));
  private final Findings findings = new Findings(world::note);

  @AfterEach
  void closeWorld() {
    assertEquals(List.of(), world.problems());
    world.close();
  }

  private Sites formed(SitePlan plan) {
    var sites = new Sites(world, network, plan, findings);
    sites.start();
    assertTrue(world.passUntil(sites::isWhole, FORMED_WITHIN));
    return sites;
  }

  private void cut(String one, List<String> others) {
    for (var other : others) {
      network.cut(one, other);
      network.cut(other, one);
    }
  }

  private void heal(String one, List<String> others) {
    for (var other : others) {
      network.heal(one, other);
      network.heal(other, one);
    }
  }

  private static List<String> without(List<String> all, List<String> some) {
    return all.stream().filter(each -> !some.contains(each)).toList();
  }

  private static List<Integer> processes(Sites sites, List<String> hosts) {
    return hosts.stream().map(name -> sites.host(name).processes()).toList();
  }

  private boolean isUp(Sites sites, String host) {
    return sites.member(host).isPresent() && sites.missing(host, List.of(host)).isEmpty();
  }

  @Test
  void aSiteOfOneIsUpAgainThoughAnotherIsAway() {
    var sites = formed(SitePlan.region(1, 3));
    var away = List.of("edge-02-n0");
    var here = without(sites.plan().allHosts(), away);
    here.forEach(host -> cut(host, away));
    world.pass(NOTICED_WITHIN);
    sites.kill("edge-01-n0");
    world.pass(Duration.ofSeconds(1));

    assertTrue(world.passUntil(() -> isUp(sites, "edge-01-n0"), UP_WITHIN));
    var before = processes(sites, sites.plan().allHosts());
    here.forEach(host -> heal(host, away));
    assertTrue(world.passUntil(sites::isWhole, REUNITED_WITHIN));
    assertEquals(before, processes(sites, sites.plan().allHosts()));
    assertEquals(List.of(), findings.violations());
  }

  @Test
  void twoSitesOfOneThatWereRestartedApartFindTogether() {
    var sites = formed(SitePlan.region(1, 3));
    var here = List.of("region-n0", "edge-01-n0");
    var there = List.of("edge-02-n0", "edge-03-n0");
    here.forEach(host -> cut(host, there));
    world.pass(NOTICED_WITHIN);
    sites.kill("edge-01-n0");
    sites.kill("edge-03-n0");
    world.pass(Duration.ofSeconds(1));

    assertTrue(
        world.passUntil(() -> isUp(sites, "edge-01-n0") && isUp(sites, "edge-03-n0"), UP_WITHIN));
    var before = processes(sites, sites.plan().allHosts());
    here.forEach(host -> heal(host, there));
    assertTrue(world.passUntil(sites::isWhole, REUNITED_WITHIN));
    assertEquals(before, processes(sites, sites.plan().allHosts()));
    assertEquals(List.of(), findings.violations());
  }

  @Test
  void aNodeThatWasStartedTwiceWhileSitesWereApartIsOneMemberAfterwards() {
    var sites = formed(SitePlan.of(3, 1));
    var twice = "s0-n0";
    cut("s2-n0", List.of(twice, "s1-n0"));
    world.pass(NOTICED_WITHIN);
    startAnew(sites, twice);
    cut(twice, List.of("s1-n0"));
    heal("s2-n0", List.of(twice));
    startAnew(sites, twice);
    var before = processes(sites, sites.plan().allHosts());
    heal("s1-n0", List.of(twice, "s2-n0"));

    assertTrue(world.passUntil(sites::isWhole, REUNITED_WITHIN));
    world.pass(Duration.ofMinutes(1));
    sites.checkWhole();
    assertEquals(before, processes(sites, sites.plan().allHosts()));
    assertEquals(List.of(), findings.violations());
  }

  private void startAnew(Sites sites, String host) {
    sites.kill(host);
    world.pass(Duration.ofSeconds(1));
    assertTrue(world.passUntil(() -> isUp(sites, host), UP_WITHIN), host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s0-n0", "s0-n1", "s0-n2"})
  void ofThreeThatOtherSitesReachOneThatReachesNoNeighbourEnds(String lost) {
    var sites = formed(SitePlan.of(2, 3));
    var rest = without(sites.plan().allHosts(), List.of(lost));
    var before = processes(sites, rest);
    sites.troubled("s0");
    cut(lost, without(sites.plan().hostsOf("s0"), List.of(lost)));

    assertTrue(world.passUntil(() -> sites.host(lost).processes() > 1, NOTICED_WITHIN));
    world.pass(Duration.ofMinutes(1));
    assertEquals(before, processes(sites, rest));
    heal(lost, sites.plan().hostsOf("s0"));
    assertTrue(world.passUntil(sites::isWhole, REUNITED_WITHIN));
    assertEquals(before, processes(sites, rest));
  }

  @Test
  void ofTwoThatOtherSitesReachTheFirstGoesOn() {
    var sites = formed(SitePlan.of(2, 2));
    var before = processes(sites, List.of("s0-n0", "s1-n0", "s1-n1"));
    sites.troubled("s0");
    cut("s0-n0", List.of("s0-n1"));

    assertTrue(world.passUntil(() -> sites.host("s0-n1").processes() > 1, NOTICED_WITHIN));
    world.pass(Duration.ofMinutes(1));
    assertEquals(before, processes(sites, List.of("s0-n0", "s1-n0", "s1-n1")));
  }

  @Test
  void oneThatSleptWhileItWasRemovedEnds() {
    var sites = formed(SitePlan.of(2, 2));
    var before = sites.member("s0-n0").orElseThrow();
    sites.troubled("s0");
    sites.host("s0-n0").pause();
    world.pass(Duration.ofSeconds(19));
    sites.host("s0-n0").resume();

    assertTrue(
        world.passUntil(
            () -> sites.member("s0-n0").filter(before::equals).isEmpty(), NOTICED_WITHIN));
    assertFalse(sites.member("s0-n1").orElseThrow().members().isEmpty());
    assertTrue(world.passUntil(sites::isWhole, REUNITED_WITHIN));
  }
}
