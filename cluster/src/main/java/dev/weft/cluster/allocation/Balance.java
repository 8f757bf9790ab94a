package dev.weft.cluster.allocation;

import java.util.Map;
import java.util.Optional;

/**
 * What rounds of rebalancing remember of those before. Immutable.
 *
 * @param isUnderWay whether shards are being moved to even out
 * @param roundsUneven rounds in a row that found the site uneven
 * @param strays shards that are not at their device's node, with rounds in a row, by shard
 */
public record Balance(boolean isUnderWay, int roundsUneven, Map<String, Stray> strays) {

  /**
   * A shard that is not where its device is.
   *
   * @param home where that is
   */
  record Stray(String home, int rounds) {}

  private static final Balance NONE = new Balance(false, 0, Map.of());

  public Balance {
    strays = Map.copyOf(strays);
  }

  /** At the start. */
  public static Balance none() {
    return NONE;
  }

  /** A shard that this round finds astray, after those before. */
  Stray stray(String shard, String home) {
    var rounds =
        Optional.ofNullable(strays.get(shard))
            .filter(before -> before.home().equals(home))
            .map(Stray::rounds)
            .orElse(0);
    return new Stray(home, rounds + 1);
  }
}
