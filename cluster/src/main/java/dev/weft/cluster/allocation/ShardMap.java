package dev.weft.cluster.allocation;

import dev.weft.cluster.site.SiteName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Shards of one site as they are, and the nodes there are for them.
 *
 * @param current shards by node, nodes without any included
 * @param rooms what is known of nodes, by node; one that is not in here gets no shard
 * @param attached the node that a shard's device is attached to, by shard, where that is known
 * @param inProgress shards that are being moved
 */
public record ShardMap(
    SiteName site,
    Map<String, List<String>> current,
    Map<String, NodeRoom> rooms,
    Map<String, String> attached,
    Set<String> inProgress) {

  public ShardMap {
    var copy = new HashMap<String, List<String>>();
    current.forEach((node, shards) -> copy.put(node, List.copyOf(shards)));
    current = Map.copyOf(copy);
    rooms = Map.copyOf(rooms);
    attached = Map.copyOf(attached);
    inProgress = Set.copyOf(inProgress);
    var seen = new HashSet<String>();
    for (var shards : current.values()) {
      for (var shard : shards) {
        if (!seen.add(shard)) {
          throw new IllegalArgumentException(
              "shard: '%s' at two nodes (expected: at one at most)".formatted(shard));
        }
      }
    }
  }

  /** Whether a node may get shards of this site. */
  boolean isEligible(String node) {
    var room = Optional.ofNullable(rooms.get(node));
    return room.isPresent() && room.get().isAccepting() && room.get().site().equals(site);
  }

  /** The node a shard belongs to for its device; empty if there is none that may get it. */
  Optional<String> home(String shard) {
    return Optional.ofNullable(attached.get(shard)).filter(this::isEligible);
  }

  /** How many shards each eligible node has, those that are leaving not counted, by name. */
  TreeMap<String, Integer> counts() {
    var counts = new TreeMap<String, Integer>();
    for (var node : rooms.keySet()) {
      if (isEligible(node)) {
        var shards = current.getOrDefault(node, List.of());
        counts.put(node, (int) shards.stream().filter(each -> !inProgress.contains(each)).count());
      }
    }
    return counts;
  }
}
