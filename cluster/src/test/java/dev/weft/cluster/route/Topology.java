package dev.weft.cluster.route;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Sites, nodes, links and frames drawn at random: small, and often at the edge of what is allowed.
 */
final class Topology {

  static final RouteSettings SETTINGS = Frames.SETTINGS;

  private static final List<String> ZONES = List.of("eu-de", "eu-fr", "eu-it", "us", "jp");
  private static final List<String> PIPELINES = List.of("look", "hear");
  private static final List<String> ABILITIES = List.of("avx2", "vnni");

  private final SplittableRandom random;
  private final List<Candidate> nodes = new ArrayList<>();

  Topology(SplittableRandom random) {
    this.random = random;
    var sites = 1 + random.nextInt(4);
    for (var site = 0; site < sites; site++) {
      var role = random.nextInt(3) == 0 ? Role.REGION : Role.EDGE;
      var zones = some(ZONES, 3);
      var count = 1 + random.nextInt(3);
      for (var node = 0; node < count; node++) {
        nodes.add(node("n%d-%d".formatted(site, node), new SiteName("s" + site), role, zones));
      }
    }
  }

  private Candidate node(String name, SiteName site, Role role, Set<String> siteZones) {
    var forecasts = new HashMap<String, Duration>();
    for (var pipeline : PIPELINES) {
      if (random.nextInt(4) > 0) {
        forecasts.put(pipeline, Duration.ofMillis(random.nextInt(200)));
      }
    }
    return new Candidate(
        name,
        site,
        role,
        random.nextInt(4) == 0 ? Set.of() : siteZones,
        forecasts,
        some(ABILITIES, 1),
        Duration.ofMillis(random.nextInt(6_000)),
        random.nextInt(8) > 0,
        new LinkState(
            Duration.ofMillis(random.nextInt(60)),
            1 + random.nextLong(10_000_000),
            random.nextInt(6) > 0));
  }

  /** Each of {@code all} with a chance of one in {@code rarity} + 1. */
  private Set<String> some(List<String> all, int rarity) {
    var some = new HashSet<String>();
    for (var each : all) {
      if (random.nextInt(rarity + 1) == 0) {
        some.add(each);
      }
    }
    return some;
  }

  long pauseNanos() {
    return random.nextLong(30_000_000_000L);
  }

  FrameNeeds frame() {
    var labels = Labels.none();
    for (var party : Label.Party.values()) {
      if (random.nextInt(3) == 0) {
        labels = labels.and(new Label(party, "x", residency()));
      }
    }
    return new FrameNeeds(
        PIPELINES.get(random.nextInt(PIPELINES.size())),
        Duration.ofMillis(random.nextInt(150) - 5),
        random.nextLong(1_000_000),
        some(ABILITIES, 3),
        labels,
        reach(),
        random.nextInt(10) == 0,
        random.nextInt(6) == 0 ? Set.of(nodes.getFirst().node()) : Set.of());
  }

  private Residency residency() {
    return random.nextInt(5) == 0 ? Residency.onDevice() : Residency.within(some(ZONES, 1));
  }

  /** Lists as lint lets them pass: distinct, an end that is local, nothing after refuse. */
  private Reach reach() {
    var list = new ArrayList<Fallback>();
    if (random.nextInt(4) > 0) {
      for (var entry : Fallback.values()) {
        if (random.nextBoolean() && entry != Fallback.REFUSE) {
          list.add(random.nextInt(list.size() + 1), entry);
        }
      }
      if (list.isEmpty() || !list.getLast().isLocal() || random.nextBoolean()) {
        list.add(Fallback.REFUSE);
      }
    }
    return new Reach(Residency.anywhere(), list, Optional.empty());
  }

  Surroundings around(FrameNeeds frame) {
    var at = random.nextInt(nodes.size());
    var others = new ArrayList<>(nodes);
    var here = others.remove(at);
    var age = Optional.of(Duration.ofSeconds(random.nextInt(40))).filter(_ -> random.nextBoolean());
    return new Surroundings(
        here,
        others,
        here.forecast(frame.pipeline())
            .filter(_ -> random.nextBoolean())
            .map(time -> time.dividedBy(2)),
        () -> age,
        List.of(new Pressure.Cost(random.nextDouble()), new Pressure.Confidence(0.5)));
  }

  static FrameNeeds labelled(FrameNeeds frame, Labels labels) {
    return new FrameNeeds(
        frame.pipeline(),
        frame.timeLeft(),
        frame.bytes(),
        frame.abilities(),
        labels,
        frame.reach(),
        frame.isHeldHere(),
        frame.failedAt());
  }

  /** As if a node that says nothing of its zones were in all. */
  static Surroundings withZonesForUnknown(Surroundings around) {
    return new Surroundings(
        zoned(around.here()),
        around.others().stream().map(Topology::zoned).toList(),
        around.cheaper(),
        around.answerAge(),
        around.pressures());
  }

  private static Candidate zoned(Candidate node) {
    return node.zones().isEmpty() ? Frames.in(node, ZONES.toArray(String[]::new)) : node;
  }

  /** By id. */
  Map<String, Candidate> byName() {
    var byName = new HashMap<String, Candidate>();
    nodes.forEach(node -> byName.put(node.node(), node));
    return byName;
  }
}
