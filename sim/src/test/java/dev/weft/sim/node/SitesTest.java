package dev.weft.sim.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Akka's cluster, sharding and split brain resolver in one thread, on virtual time. */
class SitesTest {

  private static final Duration FORMED_WITHIN = Duration.ofSeconds(30);
  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(20);

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
    for (var here : sites.plan().hostsOf("s0")) {
      for (var there : sites.plan().hostsOf("s1")) {
        cut(here, there);
      }
    }
    assertTrue(
        world.passUntil(
            () -> !sites.member("s0-n0").orElseThrow().unreachable().isEmpty(),
            Duration.ofSeconds(60)));
    world.pass(Duration.ofMinutes(10));
    for (var here : sites.plan().hostsOf("s0")) {
      for (var there : sites.plan().hostsOf("s1")) {
        heal(here, there);
      }
    }

    assertTrue(world.passUntil(sites::isWhole, Duration.ofSeconds(60)));
    assertEquals(before, sites.member("s1-n0").orElseThrow());
    assertEquals(List.of(), findings.violations());
  }

  @Test
  void aMemberThatHearsNobodyOfItsSiteEndsItself() {
    form();
    var before = sites.member("s0-n2").orElseThrow();
    sites.troubled("s0");
    cut("s0-n2", "s0-n0");
    cut("s0-n2", "s0-n1");

    assertTrue(
        world.passUntil(
            () -> !sites.member("s0-n2").filter(before::equals).isPresent(), NOTICED_WITHIN));
    assertTrue(sites.host("s0-n0").isUp());
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
