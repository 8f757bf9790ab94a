package dev.weft.cluster.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Shards of a site whose nodes join, leave and fill, moved round by round as the rule says. */
class AllocationPropertyTest {

  private static final SiteName HOME = new SiteName("home");
  private static final SiteName AWAY = new SiteName("away");
  private static final int SITES = 2_000;
  private static final int ROUNDS = 60;

  private final AllocationSettings settings = AllocationSettings.from(ConfigFactory.load());
  private final AllocationRule rule = new AllocationRule(settings);

  @Test
  void staysOnSiteMovesFewAtATimeAndComesToRest() {
    var seed = new SplittableRandom().nextLong();
    System.out.println("AllocationPropertyTest seed " + seed);
    var seeds = new SplittableRandom(seed);
    for (var i = 0; i < SITES; i++) {
      comesToRest(new SplittableRandom(seeds.nextLong()), "seed %d, site %d".formatted(seed, i));
    }
  }

  private void comesToRest(SplittableRandom random, String where) {
    var rooms = rooms(random);
    var current = new HashMap<String, List<String>>();
    var attached = new HashMap<String, String>();
    var nodes = new ArrayList<>(rooms.keySet());
    nodes.forEach(node -> current.put(node, new ArrayList<>()));
    var count = random.nextInt(40);
    for (var i = 0; i < count; i++) {
      var shard = "s" + i;
      if (random.nextInt(3) == 0) {
        attached.put(shard, nodes.get(random.nextInt(nodes.size())));
      }
      var start = rooms.values().stream().filter(room -> room.site().equals(HOME)).toList();
      at(current, start.get(random.nextInt(start.size())).node()).add(shard);
    }
    var balance = Balance.none();
    var quiet = 0;
    for (var round = 0; round < ROUNDS; round++) {
      var shards = new ShardMap(HOME, current, rooms, attached, Set.of());
      var decided = rule.rebalance(shards, balance);
      balance = decided.next();
      assertTrue(decided.moves().size() <= settings.movesMax(), where);
      assertTrue(round >= settings.settledRounds() - 1 || decided.moves().isEmpty(), where);
      quiet = decided.moves().isEmpty() ? quiet + 1 : 0;
      carryOut(decided.moves(), current, rooms, attached, where);
    }
    assertTrue(quiet > settings.settledRounds(), where + ": still moving");
    assertEquals(count, current.values().stream().mapToInt(List::size).sum(), where);
    isAtItsDevices(current, rooms, attached, where);
  }

  private void carryOut(
      List<Move> moves,
      Map<String, List<String>> current,
      Map<String, NodeRoom> rooms,
      Map<String, String> attached,
      String where) {
    var moved = new HashSet<String>();
    for (var move : moves) {
      assertTrue(moved.add(move.shard()), where);
      assertTrue(at(current, move.from()).remove(move.shard()), where);
    }
    for (var move : moves) {
      var shards = new ShardMap(HOME, current, rooms, attached, Set.of());
      var node = rule.place(move.shard(), shards).orElseThrow();
      assertNotEquals(move.from(), node, where);
      assertEquals(HOME, at(rooms, node).site(), where);
      assertTrue(at(rooms, node).isAccepting(), where);
      at(current, node).add(move.shard());
    }
  }

  private void isAtItsDevices(
      Map<String, List<String>> current,
      Map<String, NodeRoom> rooms,
      Map<String, String> attached,
      String where) {
    attached.forEach(
        (shard, node) -> {
          var home = at(rooms, node);
          var isBusy = home.cpuShare() > settings.locality().attractCpuMax();
          if (home.isAccepting() && home.site().equals(HOME) && !isBusy) {
            var isSomewhere = current.values().stream().anyMatch(held -> held.contains(shard));
            assertTrue(!isSomewhere || at(current, node).contains(shard), where);
          }
        });
  }

  private static <T> T at(Map<String, T> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  private static Map<String, NodeRoom> rooms(SplittableRandom random) {
    var rooms = new HashMap<String, NodeRoom>();
    var count = 1 + random.nextInt(6);
    for (var i = 0; i < count; i++) {
      var site = i == 0 || random.nextInt(5) > 0 ? HOME : AWAY;
      var classes = NodeClass.values();
      rooms.put(
          "n" + i,
          new NodeRoom(
              "n" + i,
              site,
              classes[random.nextInt(classes.length)],
              random.nextInt(6) > 0,
              random.nextDouble()));
    }
    return rooms;
  }
}
