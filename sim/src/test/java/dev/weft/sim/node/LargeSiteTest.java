package dev.weft.sim.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A site of so many nodes that none of them is watched by all others. */
class LargeSiteTest {

  private static final Duration FORMED_WITHIN = Duration.ofMinutes(1);
  private static final Duration REMOVED_WITHIN = Duration.ofSeconds(20);
  private static final Duration BACK_WITHIN = Duration.ofMinutes(1);
  private static final Duration WATCHED_FOR = Duration.ofSeconds(20);

  /**
   * Those who watch it and whom it does not watch took the new process for the one that they had
   * quarantined, never reached it, and were downed with it.
   */
  @Test
  void whoIsRemovedAndComesBackAnewEndsNobodyElse() {
    try (var world = new World(1)) {
      var network = new Network(world, new Network.Weather(0, 0, Duration.ofMillis(2)));
      var findings = new Findings(world::note);
      var sites = new Sites(world, network, SitePlan.of(1, 24), findings);
      sites.start();
      assertTrue(world.passUntil(sites::isWhole, FORMED_WITHIN));
      var zombie = sites.host("s0-n7");
      var before = members(sites);

      sites.troubled("s0");
      zombie.pause();
      assertTrue(
          world.passUntil(
              () -> sites.member("s0-n0").orElseThrow().members().size() == 23, REMOVED_WITHIN));
      world.pass(WATCHED_FOR);
      sites.troubled("s0");
      zombie.resume();

      assertTrue(
          world.passUntil(
              () -> sites.isWhole() && !members(sites).get("s0-n7").equals(before.get("s0-n7")),
              BACK_WITHIN));
      world.pass(WATCHED_FOR);
      assertTrue(sites.isWhole());
      var after = members(sites);
      for (var name : sites.plan().allHosts()) {
        assertEquals(!name.equals("s0-n7"), before.get(name).equals(after.get(name)), name);
      }
      assertEquals(List.of(), findings.violations());
      assertEquals(List.of(), world.problems());
    }
  }

  private static Map<String, Member> members(Sites sites) {
    return sites.plan().allHosts().stream()
        .collect(Collectors.toMap(Function.identity(), name -> sites.member(name).orElseThrow()));
  }
}
