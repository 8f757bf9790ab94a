package dev.weft.cluster.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.route.RouteRule.Ruling;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random topologies against what must hold of every route, and rules that are wrong on purpose, of
 * which each must be found.
 */
class RoutePropertyTest {

  private static final int TOPOLOGIES = 100_000;
  private static final int TOPOLOGIES_PLANTED = 5_000;
  private static final int FRAMES = 3;

  private final RouteRule rule = new RouteRule(Topology.SETTINGS, PressureRule.NEUTRAL);

  /** What decides; the rule itself or one that is wrong. */
  private interface Decider {
    Ruling decide(FrameNeeds frame, Surroundings around, Overflow overflow, long nowNanos);
  }

  @Test
  void neverViolatesAResidencyAndAlwaysRoutesOrRefusesHonestly() {
    var seed = new SplittableRandom().nextLong();
    System.out.println("RoutePropertyTest seed " + seed);
    assertEquals(Optional.empty(), firstProblem(rule::decide, seed, TOPOLOGIES));
  }

  @Test
  void findsARuleThatTakesResidencyForAPreference() {
    assertFound(
        (frame, around, overflow, now) -> {
          var ruling = rule.decide(frame, around, overflow, now);
          return ruling.decision().route() instanceof Route.Refused
              ? rule.decide(Topology.labelled(frame, Labels.none()), around, overflow, now)
              : ruling;
        },
        "residency");
  }

  @Test
  void findsARuleThatTakesNodesOfUnknownZonesForAllowed() {
    assertFound(
        (frame, around, overflow, now) ->
            rule.decide(frame, Topology.withZonesForUnknown(around), overflow, now),
        "residency");
  }

  @Test
  void findsARuleThatIsContentWithAnyLabel() {
    assertFound(
        (frame, around, overflow, now) -> {
          var zones = new TreeSet<String>();
          for (var label : frame.labels().said()) {
            label.residency().zones().ifPresent(zones::addAll);
          }
          var union =
              zones.isEmpty()
                  ? frame.labels()
                  : Labels.of(new Label(Label.Party.PIPELINE, "p", Residency.within(zones)));
          return rule.decide(Topology.labelled(frame, union), around, overflow, now);
        },
        "residency");
  }

  @Test
  void findsARuleThatRefusesWhatFits() {
    assertFound(
        (frame, around, overflow, now) -> {
          var ruling = rule.decide(frame, around, overflow, now);
          var tight = ruling.decision().reason() == RouteReason.TIGHT_HERE;
          return tight && ruling.decision().route().isLocal()
              ? new Ruling(
                  new RouteDecision(
                      new Route.Refused(Route.Refusal.DEADLINE),
                      ruling.decision().reason(),
                      ruling.decision().considered(),
                      frame.timeLeft()),
                  overflow)
              : ruling;
        },
        "refused what fits");
  }

  private void assertFound(Decider wrong, String problem) {
    var seed = new SplittableRandom().nextLong();
    var found = firstProblem(wrong, seed, TOPOLOGIES_PLANTED);
    assertTrue(
        found.isPresent() && found.get().contains(problem), "seed %d: %s".formatted(seed, found));
  }

  /** The first thing that does not hold, with the seed of its topology; empty if all does. */
  private static Optional<String> firstProblem(Decider decider, long seed, int topologies) {
    var seeds = new SplittableRandom(seed);
    for (var i = 0; i < topologies; i++) {
      var own = seeds.nextLong();
      var topology = new Topology(new SplittableRandom(own));
      var overflow = Overflow.none();
      var now = 0L;
      for (var j = 0; j < FRAMES; j++) {
        var frame = topology.frame();
        var around = topology.around(frame);
        now += topology.pauseNanos();
        var ruling = decider.decide(frame, around, overflow, now);
        overflow = ruling.next();
        var problem = RouteOracle.problem(topology, frame, around, ruling.decision());
        if (problem.isPresent()) {
          return Optional.of("topology %d: %s".formatted(own, problem.get()));
        }
      }
    }
    return Optional.empty();
  }

  @Test
  void aFrameThatFailsWhereverItGoesEndsInARefusalAfterEachNodeOnce() {
    var seed = new SplittableRandom().nextLong();
    System.out.println("RoutePropertyTest seed " + seed);
    var seeds = new SplittableRandom(seed);
    for (var i = 0; i < 5_000; i++) {
      var topology = new Topology(new SplittableRandom(seeds.nextLong()));
      var frame = topology.frame();
      var around = topology.around(frame);
      var tries = 0;
      var route = rule.decide(frame, around, Overflow.none(), 0).decision().route();
      while (route instanceof Route.Away(var node, _, _)) {
        assertTrue(frame.failedAt().isEmpty() || !frame.failedAt().contains(node), "seed " + seed);
        frame = frame.after(node, frame.timeLeft());
        tries++;
        route = rule.decide(frame, around, Overflow.none(), 0).decision().route();
      }
      assertTrue(tries <= around.others().size() && route.isLocal(), "seed " + seed);
    }
  }

  @Test
  void switchesAtMostTwiceInADwellHoweverTheLoadJumps() {
    assertTrue(switchesBeyondBound(rule) <= 0);
  }

  @Test
  void findsARuleThatDoesNotDwell() {
    var hasty =
        new RouteSettings(0.9, 0.9, Duration.ZERO, 0.9, Topology.SETTINGS.factsAgeMax(), Map.of());
    assertTrue(switchesBeyondBound(new RouteRule(hasty, PressureRule.NEUTRAL)) > 0);
  }

  /** Switches beyond what 20 s of dwell allow, over an hour of jumping load, for many seeds. */
  private static long switchesBeyondBound(RouteRule rule) {
    var seed = new SplittableRandom().nextLong();
    System.out.println("RoutePropertyTest seed " + seed);
    var worst = Long.MIN_VALUE;
    for (var run = 0; run < 20; run++) {
      var random = new SplittableRandom(seed + run);
      var overflow = Overflow.none();
      var now = 0L;
      var hour = Duration.ofHours(1).toNanos();
      while (now < hour) {
        var around =
            Frames.around(
                Frames.here(random.nextInt(200)), Frames.region("r1", random.nextInt(80)));
        overflow = rule.decide(Frames.frame(), around, overflow, now).next();
        now += random.nextLong(1_000_000_000);
      }
      var bound = 2 * (now / Topology.SETTINGS.dwell().toNanos() + 1);
      worst = Math.max(worst, overflow.switches() - bound);
    }
    return worst;
  }

  @Test
  void countsTheSameWhateverTheOrderOfNodes() {
    var seed = new SplittableRandom().nextLong();
    System.out.println("RoutePropertyTest seed " + seed);
    var seeds = new SplittableRandom(seed);
    for (var i = 0; i < 5_000; i++) {
      var topology = new Topology(new SplittableRandom(seeds.nextLong()));
      var frame = topology.frame();
      var around = topology.around(frame);
      var reversed =
          new Surroundings(
              around.here(),
              around.others().reversed(),
              around.cheaper(),
              around.answerAge(),
              around.pressures());
      assertEquals(
          rule.decide(frame, around, Overflow.none(), 0).decision().route(),
          rule.decide(frame, reversed, Overflow.none(), 0).decision().route(),
          "seed " + seed);
    }
  }
}
