package dev.weft.cluster.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllocationRuleTest {

  private static final SiteName SHOP = new SiteName("shop-7");
  private static final SiteName OTHER = new SiteName("shop-8");

  private final AllocationSettings settings = AllocationSettings.from(ConfigFactory.load());
  private final AllocationRule rule = new AllocationRule(settings);

  private static NodeRoom room(String node, NodeClass nodeClass) {
    return new NodeRoom(node, SHOP, nodeClass, true, 0.5);
  }

  private static ShardMap shards(
      Map<String, List<String>> current, Map<String, String> attached, NodeRoom... rooms) {
    var byNode = new HashMap<String, NodeRoom>();
    for (var room : rooms) {
      byNode.put(room.node(), room);
    }
    return new ShardMap(SHOP, current, byNode, attached, Set.of());
  }

  private static List<String> some(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "s%02d".formatted(i)).toList();
  }

  @Test
  void putsAShardWhereItsDeviceIs() {
    var shards =
        shards(
            Map.of("a", some(0, 9), "b", List.of()),
            Map.of("s42", "a", "s43", "gone"),
            room("a", NodeClass.NANO),
            room("b", NodeClass.NANO));
    assertEquals(Optional.of("a"), rule.place("s42", shards));
    assertEquals(Optional.of("b"), rule.place("s43", shards));
  }

  @Test
  void putsOthersWhereThereIsMostRoomForTheClass() {
    var shards =
        shards(
            Map.of("a", some(0, 2), "b", some(2, 5)),
            Map.of(),
            room("a", NodeClass.NANO),
            room("b", NodeClass.STANDARD));
    assertEquals(Optional.of("b"), rule.place("s42", shards));
  }

  @Test
  void prefersTheIdlerOfEquals() {
    var shards =
        shards(
            Map.of(),
            Map.of(),
            room("a", NodeClass.NANO),
            new NodeRoom("b", SHOP, NodeClass.NANO, true, 0.1));
    assertEquals(Optional.of("b"), rule.place("s42", shards));
  }

  @Test
  void neverLeavesTheSiteNorPicksWhatIsUnknownOrFull() {
    var shards =
        shards(
            Map.of("unknown", List.of(), "off", List.of()),
            Map.of("s1", "off", "s2", "full", "s3", "unknown"),
            new NodeRoom("off", OTHER, NodeClass.ACCELERATOR, true, 0),
            new NodeRoom("full", SHOP, NodeClass.ACCELERATOR, false, 0));
    for (var shard : List.of("s1", "s2", "s3", "s4")) {
      assertEquals(Optional.empty(), rule.place(shard, shards), shard);
    }
  }

  @Test
  void movesNothingBeforeANodeThatJoinedHasSettled() {
    var joined =
        shards(
            Map.of("a", some(0, 10), "b", List.of()),
            Map.of(),
            room("a", NodeClass.STANDARD),
            room("b", NodeClass.STANDARD));
    var first = rule.rebalance(joined, Balance.none());
    var second = rule.rebalance(joined, first.next());
    var third = rule.rebalance(joined, second.next());
    assertEquals(List.of(), first.moves());
    assertEquals(List.of(), second.moves());
    assertEquals(
        List.of(
            new Move("s00", "a", "b", Move.Reason.BALANCE),
            new Move("s01", "a", "b", Move.Reason.BALANCE)),
        third.moves());
    assertEquals(
        "shard s00 leaves a, which has more than its part, for b",
        third.moves().getFirst().explanation());
  }

  @Test
  void leavesASmallDifferenceAlone() {
    var nearly =
        shards(
            Map.of("a", some(0, 11), "b", some(11, 20)),
            Map.of(),
            room("a", NodeClass.STANDARD),
            room("b", NodeClass.STANDARD));
    assertEquals(List.of(), afterSettling(nearly).moves());
    assertEquals(
        List.of("s00"),
        rule.rebalance(nearly, new Balance(true, 9, Map.of())).moves().stream()
            .map(Move::shard)
            .toList(),
        "but ends what is under way");
  }

  @Test
  void keepsShardsAtTheirDevices() {
    var attached = new HashMap<String, String>();
    some(0, 10).forEach(shard -> attached.put(shard, "a"));
    var uneven =
        shards(
            Map.of("a", some(0, 10), "b", List.of()),
            attached,
            room("a", NodeClass.STANDARD),
            room("b", NodeClass.STANDARD));
    assertEquals(List.of(), afterSettling(uneven).moves());
  }

  @Test
  void bringsAShardToItsDeviceOnceThatHasSettled() {
    var astray =
        shards(
            Map.of("a", some(0, 2), "b", some(2, 4)),
            Map.of("s00", "b"),
            room("a", NodeClass.STANDARD),
            room("b", NodeClass.STANDARD));
    assertEquals(
        List.of(new Move("s00", "a", "b", Move.Reason.LOCALITY)), afterSettling(astray).moves());
    var before = rule.rebalance(astray, Balance.none()).next();
    var elsewhere =
        shards(
            Map.of("a", some(0, 2), "b", some(2, 4), "c", List.of()),
            Map.of("s00", "c"),
            room("a", NodeClass.STANDARD),
            room("b", NodeClass.STANDARD),
            room("c", NodeClass.STANDARD));
    assertEquals(
        Map.of("s00", new Balance.Stray("c", 1)),
        rule.rebalance(elsewhere, before).next().strays());
  }

  @Test
  void waitsForWhatIsOnItsWay() {
    var busy =
        new ShardMap(
            SHOP,
            Map.of("a", some(0, 10), "b", List.of()),
            Map.of("a", room("a", NodeClass.NANO), "b", room("b", NodeClass.NANO)),
            Map.of(),
            Set.copyOf(some(0, 4)));
    assertEquals(List.of(), afterSettling(busy).moves());
  }

  private AllocationRule.Round afterSettling(ShardMap shards) {
    var round = rule.rebalance(shards, Balance.none());
    for (var i = 1; i < settings.settledRounds(); i++) {
      round = rule.rebalance(shards, round.next());
    }
    return round;
  }

  @Test
  void refusesAShardAtTwoNodesAndSettingsThatCannotBe() {
    assertThrows(
        IllegalArgumentException.class,
        () -> shards(Map.of("a", List.of("s"), "b", List.of("s")), Map.of()));
    var wrong =
        ConfigFactory.parseString("weft.cluster.allocation.moves-max = 0")
            .withFallback(ConfigFactory.load());
    var refused = assertThrows(RuntimeException.class, () -> AllocationSettings.from(wrong));
    assertTrue(String.valueOf(refused.getMessage()).contains("moves-max: 0 (expected: >= 1)"));
    var moves = new ArrayList<>(afterSettling(shards(Map.of(), Map.of())).moves());
    assertFalse(moves.iterator().hasNext());
  }

  @Test
  void aBusyNodeGetsNoShardsForTheirDevices() {
    var attached = Map.of("s00", "b", "s01", "b");
    var current = Map.of("a", some(0, 4), "b", some(4, 8));
    var busy = new NodeRoom("b", SHOP, NodeClass.NANO, true, 0.51);
    assertEquals(
        List.of(), settled(shards(current, attached, room("a", NodeClass.NANO), busy)).moves());
    var idle = new NodeRoom("b", SHOP, NodeClass.NANO, true, 0.5);
    assertEquals(
        2, settled(shards(current, attached, room("a", NodeClass.NANO), idle)).moves().size());
  }

  @Test
  void aNodeThatIsTooBusyGivesAwayEvenWhatIsAttachedToIt() {
    var attached = new HashMap<String, String>();
    some(0, 8).forEach(shard -> attached.put(shard, "a"));
    var current = Map.of("a", some(0, 8), "b", List.<String>of());
    var kept = new NodeRoom("a", SHOP, NodeClass.NANO, true, 0.8);
    assertEquals(
        List.of(), settled(shards(current, attached, kept, room("b", NodeClass.NANO))).moves());
    var tooBusy = new NodeRoom("a", SHOP, NodeClass.NANO, true, 0.81);
    assertEquals(
        2, settled(shards(current, attached, tooBusy, room("b", NodeClass.NANO))).moves().size());
  }

  @Test
  void whatABusyNodeMayNotGetMayBeEvenedOut() {
    var attached = new HashMap<String, String>();
    some(0, 8).forEach(shard -> attached.put(shard, "a"));
    var current = Map.of("a", List.<String>of(), "b", some(0, 8), "c", List.<String>of());
    var busy = new NodeRoom("a", SHOP, NodeClass.NANO, true, 0.6);
    var round =
        settled(
            shards(
                current,
                attached,
                busy,
                room("b", NodeClass.NANO),
                new NodeRoom("c", SHOP, NodeClass.NANO, true, 0.1)));
    assertEquals(List.of("c", "a"), round.moves().stream().map(Move::toward).toList());
  }

  private AllocationRule.Round settled(ShardMap shards) {
    var round = rule.rebalance(shards, Balance.none());
    for (var before = 1; before < settings.settledRounds(); before++) {
      round = rule.rebalance(shards, round.next());
    }
    return round;
  }

  @Test
  void aNodeThatDoesNotTellItsCpuIsAsBusyAsItsLoops() {
    assertEquals(Optional.of("b"), placedBesideUntold(0.51));
    assertEquals(Optional.of("b"), placedBesideUntold(40), "more wait than run");
    assertEquals(Optional.of("a"), placedBesideUntold(0.5));
    assertEquals(1, untold(40).cpuShare());
    assertEquals(
        0.25, NodeRoom.of("a", SHOP, NodeClass.NANO, true, OptionalDouble.of(0.25), 9).cpuShare());
  }

  /** Where a shard goes whose device is attached to the node that does not tell its CPU. */
  private Optional<String> placedBesideUntold(double load) {
    return rule.place(
        "s42",
        shards(
            Map.of("a", some(0, 9), "b", List.of()),
            Map.of("s42", "a"),
            untold(load),
            room("b", NodeClass.NANO)));
  }

  private static NodeRoom untold(double load) {
    return NodeRoom.of("a", SHOP, NodeClass.NANO, true, OptionalDouble.empty(), load);
  }
}
