package dev.weft.cluster.moving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.route.Label;
import dev.weft.cluster.route.Labels;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Sites drawn at random, whose sessions move as the rule says. */
class MovePropertyTest {

  private static final int TOPOLOGIES = 100_000;
  private static final int WORLDS = 60;
  private static final int ROUNDS = 400;
  private static final List<String> ZONES = List.of("eu-de", "eu-fr", "us");
  private static final List<String> TENANTS = List.of("acme", "kept", "device", "nobody");
  private static final Duration ROUND = Duration.ofSeconds(5);

  private final MoveSettings settings = Sights.ALL;
  private final MoveRule rule = new MoveRule(settings);

  private static SplittableRandom seeded(String what) {
    var seed = new SplittableRandom().nextLong();
    System.out.println("MovePropertyTest, %s: seed %d".formatted(what, seed));
    return new SplittableRandom(seed);
  }

  private static Set<String> zones(SplittableRandom random) {
    var zones = new HashSet<String>();
    ZONES.stream().filter(_ -> random.nextBoolean()).forEach(zones::add);
    return zones;
  }

  private static Sights.Told told(SplittableRandom random, Sights.Told node) {
    return new Sights.Told(
        node.site(),
        node.name(),
        random.nextInt(5) == 0 ? Double.NaN : 60 + random.nextInt(40),
        random.nextInt(5) == 0 ? -1 : 50 + random.nextInt(60),
        random.nextInt(4) == 0 ? 0.9 : random.nextDouble() / 2,
        node.zones(),
        node.pipelines(),
        random.nextInt(10) > 0,
        random.nextInt(20) == 0);
  }

  private static List<Sights.Told> nodes(SplittableRandom random) {
    var nodes = new ArrayList<Sights.Told>();
    var sites = 1 + random.nextInt(4);
    for (var site = 0; site < sites; site++) {
      for (var node = 0; node <= random.nextInt(3); node++) {
        var name = new SiteName("s" + site);
        var pipelines = random.nextInt(5) == 0 ? Set.of("look", "hear") : Set.of("look");
        var zones = zones(random);
        nodes.add(
            told(
                random, new Sights.Told(name, "n" + node, 0, 0, 0, zones, pipelines, true, false)));
      }
    }
    return nodes;
  }

  private static Map<String, Residency> tenants(SplittableRandom random) {
    return Map.of(
        "kept", Residency.within(zones(random)),
        "acme", Residency.within(Set.of(ZONES.get(random.nextInt(3)))),
        "device", Residency.onDevice());
  }

  private static Labels deployed(SplittableRandom random) {
    return random.nextInt(3) > 0
        ? Labels.none()
        : Labels.of(new Label(Label.Party.PIPELINE, "look", Residency.within(zones(random))));
  }

  /** Told apart from the rule's own way to say it. */
  private static boolean mayBe(Residency residency, NodeFacts node) {
    return !residency.deviceOnly()
        && (residency.zones().isEmpty()
            || residency.zones().get().stream().anyMatch(node.zones()::contains));
  }

  private static void holds(Situation situation, SessionMove move, String where) {
    var nodes = situation.find(move.to()).orElseThrow().nodes();
    assertTrue(!nodes.isEmpty(), where);
    for (var node : nodes) {
      assertTrue(mayBe(situation.residency(move.tenant()), node), () -> where + ": " + move);
      for (var label : situation.deployed().said()) {
        assertTrue(mayBe(label.residency(), node), () -> where + ": " + move);
      }
    }
  }

  @Test
  void noSessionEverGoesWhereItMayNotBe() {
    var seeds = seeded("residency");
    var moves = 0;
    for (var topology = 0; topology < TOPOLOGIES; topology++) {
      moves += residency(new SplittableRandom(seeds.nextLong()), "topology " + topology);
    }
    assertTrue(moves > TOPOLOGIES / 10, () -> "hardly anything moved");
  }

  private int residency(SplittableRandom random, String where) {
    var nodes = nodes(random);
    var facts = nodes.stream().map(Sights.Told::facts).toList();
    var members = nodes.stream().map(node -> node.member(random.nextInt(20) > 0)).toList();
    var fed = new ArrayList<Situation.Fed>();
    var away = new TreeMap<String, Away>();
    var home = facts.getFirst().site();
    for (var each = 0; each < 4; each++) {
      var tenant = TENANTS.get(random.nextInt(TENANTS.size()));
      fed.add(Sights.busy(home + "/" + each, tenant));
      var name = home + "/away-" + each;
      var other = nodes.get(random.nextInt(nodes.size())).site();
      away.put(name, new Away(name, tenant, other, MoveReason.HEAT, 1, Instant.EPOCH));
    }
    var situation =
        new Situation(
            facts.getFirst(), SiteSight.of(facts, members), tenants(random), deployed(random), fed);
    var spells = Spell.State.values();
    var cheaper = new HashMap<SiteName, Spell>();
    nodes.forEach(node -> cheaper.put(node.site(), Spell.of(spells[random.nextInt(3)])));
    var memory = new MoveMemory(Spell.of(spells[random.nextInt(3)]), cheaper);
    var round = rule.decide(situation, new MoveRule.Book(away, Set.of(), 0), memory, Sights.NOON);
    round.away().forEach(move -> holds(situation, move, where));
    round.home().forEach(move -> holds(situation, move, where));
    assertTrue(round.away().size() + round.home().size() <= settings.movesMax(), where);
    return round.away().size() + round.home().size();
  }

  /** A world of sites with one session-feeding node each, in which moves take no time. */
  private final class World {
    final List<Sights.Told> nodes;
    final Map<String, Residency> tenants;
    final Map<String, SiteName> at = new TreeMap<>();
    final Map<String, Instant> since = new HashMap<>();
    final Map<String, Integer> moves = new HashMap<>();
    final Map<SiteName, MoveMemory> memories = new HashMap<>();
    final Map<SiteName, Map<String, Away>> books = new HashMap<>();
    Instant now = Sights.NOON;

    World(SplittableRandom random) {
      nodes = nodes(random);
      tenants = tenants(random);
      for (var each = 0; each < 8; each++) {
        var site = nodes.get(random.nextInt(nodes.size())).site();
        at.put(site + "/" + each, site);
        since.put(site + "/" + each, now);
      }
    }

    String tenant(String session) {
      return TENANTS.get(session.charAt(session.length() - 1) % TENANTS.size());
    }

    void round(String where) {
      for (var node : List.copyOf(nodes)) {
        if (node.name().equals("n0")) {
          round(node, where);
        }
      }
      now = now.plus(ROUND);
    }

    private void round(Sights.Told node, String where) {
      var facts = new ArrayList<NodeFacts>();
      facts.add(node.facts());
      nodes.stream().filter(each -> !each.equals(node)).forEach(each -> facts.add(each.facts()));
      var fed = new ArrayList<Situation.Fed>();
      at.forEach(
          (session, site) -> {
            if (site.equals(node.site())) {
              var here = Duration.between(since.getOrDefault(session, now), now);
              fed.add(new Situation.Fed(session, tenant(session), here, Duration.ZERO));
            }
          });
      var members = nodes.stream().map(each -> each.member(true)).toList();
      var situation =
          new Situation(
              facts.getFirst(), SiteSight.of(facts, members), tenants, Labels.none(), fed);
      var book = books.computeIfAbsent(node.site(), _ -> new TreeMap<>());
      var round =
          rule.decide(
              situation,
              new MoveRule.Book(Map.copyOf(book), Set.of(), 0),
              memories.getOrDefault(node.site(), MoveMemory.none()),
              now);
      memories.put(node.site(), round.next());
      for (var move : round.away()) {
        holds(situation, move, where);
        assertEquals(move.from(), at.get(move.session()), where);
        moved(move);
        if (move.reason().isPassing()) {
          book.put(
              move.session(),
              new Away(move.session(), move.tenant(), move.to(), move.reason(), 1, now));
        }
      }
      for (var move : round.home()) {
        holds(situation, move, where);
        var gone = java.util.Objects.requireNonNull(book.remove(move.session()));
        assertEquals(gone.to(), at.get(move.session()), where);
        moved(move);
      }
    }

    private void moved(SessionMove move) {
      at.put(move.session(), move.to());
      since.put(move.session(), now);
      moves.merge(move.session(), 1, Integer::sum);
    }

    int movesMost() {
      return moves.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }
  }

  @Test
  void whileNothingChangesASessionMovesOnceAtMost() {
    var seeds = seeded("at rest");
    var moved = 0;
    for (var each = 0; each < WORLDS; each++) {
      var world = new World(new SplittableRandom(seeds.nextLong()));
      var where = "world " + each;
      for (var round = 0; round < ROUNDS; round++) {
        world.round(where);
      }
      assertTrue(world.movesMost() <= 1, () -> where + ": " + world.moves);
      moved += world.moves.size();
    }
    assertTrue(moved > WORLDS / 10, "hardly anything moved");
  }

  @Test
  void howeverFactsJumpASessionMovesOncePerStayAtMost() {
    var seeds = seeded("jumping");
    var stays = (int) (ROUND.multipliedBy(ROUNDS).dividedBy(settings.stayMin()));
    for (var each = 0; each < WORLDS; each++) {
      var random = new SplittableRandom(seeds.nextLong());
      var world = new World(random);
      var where = "world " + each;
      var calm = 0;
      for (var round = 0; round < ROUNDS; round++) {
        if (calm-- <= 0) {
          world.nodes.replaceAll(node -> told(random, node));
          calm = random.nextInt(40);
        }
        world.round(where);
      }
      // And once where it may not be; that is at once.
      assertTrue(world.movesMost() <= stays + 2, () -> where + ": " + world.moves);
    }
  }
}
