package dev.weft.cluster.allocation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.weft.fabric.manifest.NodeClass;
import java.util.EnumMap;
import java.util.Map;

/**
 * How shards are spread: {@code weft.cluster.allocation}.
 *
 * @param weights part of the shards that a node of each class gets, relative to the others, at
 *     least 1
 * @param movesMax most shards that one round moves, at least 1
 * @param inProgressMax most shards that are on their way at once, at least 1
 * @param beginShare share of all shards that would have to move, above which evening out begins
 * @param endShare the same, at or below which it ends; at most {@code beginShare}
 * @param settledRounds rounds in a row that must find the same before anything moves, at least 1
 * @param locality when a shard is kept at the node that its frames come to
 */
public record AllocationSettings(
    Map<NodeClass, Integer> weights,
    int movesMax,
    int inProgressMax,
    double beginShare,
    double endShare,
    int settledRounds,
    LocalitySettings locality) {

  private static final String PATH = "weft.cluster.allocation";

  public AllocationSettings {
    weights = Map.copyOf(weights);
    for (var nodeClass : NodeClass.values()) {
      requireOne("weights." + nodeClass.word(), weights.getOrDefault(nodeClass, 0));
    }
    requireOne("moves-max", movesMax);
    requireOne("in-progress-max", inProgressMax);
    requireOne("settled-rounds", settledRounds);
    if (!(endShare >= 0 && endShare <= beginShare && beginShare <= 1)) {
      throw new IllegalArgumentException(
          "begin-share: %s, end-share: %s (expected: 0 <= end-share <= begin-share <= 1)"
              .formatted(beginShare, endShare));
    }
  }

  /**
   * Reads {@code weft.cluster.allocation}.
   *
   * @throws ConfigException naming the key, its value and what was expected
   */
  public static AllocationSettings from(Config config) {
    var own = config.getConfig(PATH);
    var weights = new EnumMap<NodeClass, Integer>(NodeClass.class);
    for (var nodeClass : NodeClass.values()) {
      weights.put(nodeClass, own.getInt("weights." + nodeClass.word()));
    }
    try {
      return new AllocationSettings(
          weights,
          own.getInt("moves-max"),
          own.getInt("in-progress-max"),
          own.getDouble("begin-share"),
          own.getDouble("end-share"),
          own.getInt("settled-rounds"),
          LocalitySettings.from(own.getConfig("locality")));
    } catch (IllegalArgumentException e) {
      throw new ConfigException.BadValue(PATH, String.valueOf(e.getMessage()), e);
    }
  }

  int weight(NodeRoom room) {
    return weights.getOrDefault(room.nodeClass(), 1);
  }

  private static void requireOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d (expected: >= 1)".formatted(name, value));
    }
  }
}
