package dev.weft.cluster.allocation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides which node of a site has a shard: the one its device is attached to, else the one with
 * the fewest shards for its class; never one of another site, or one of which nothing is known.
 *
 * <p>A round of rebalancing moves a few shards at most, so that a node that joins causes no storm:
 * first those whose device is attached to another node that is not busy, then, while the site is
 * uneven, those without an attached device, or of a busy node, from nodes with more than their
 * part. Either must have been found by {@link AllocationSettings#settledRounds} rounds in a row.
 * What a round lets go of, {@link #place} does not put back.
 */
public final class AllocationRule {

  private final AllocationSettings settings;

  public AllocationRule(AllocationSettings settings) {
    this.settings = settings;
  }

  /** What a round moves, and what the next one must know of it. */
  public record Round(List<Move> moves, Balance next) {
    public Round {
      moves = List.copyOf(moves);
    }
  }

  /** The node that gets a shard; empty if there is none that may have it. */
  public Optional<String> place(String shard, ShardMap shards) {
    return shards
        .home(shard)
        .filter(node -> attracts(node, shards))
        .or(() -> roomiest(shards.counts(), shards));
  }

  /** The node that would be the least loaded with one shard more. */
  private Optional<String> roomiest(NavigableMap<String, Integer> counts, ShardMap shards) {
    return counts.keySet().stream()
        .min(
            Comparator.<String>comparingDouble(node -> loadWithOneMore(node, counts, shards))
                .thenComparingDouble(node -> room(node, shards).cpuShare())
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Decides one round. */
  public Round rebalance(ShardMap shards, Balance before) {
    var counts = shards.counts();
    var strays = strays(shards, before);
    var room = Math.min(settings.movesMax(), settings.inProgressMax() - shards.inProgress().size());
    var moves = new ArrayList<Move>();
    for (var stray : strays.entrySet()) {
      if (moves.size() < room && stray.getValue().rounds() >= settings.settledRounds()) {
        move(homeward(stray.getKey(), stray.getValue(), shards), counts, moves);
      }
    }
    var uneven = unevenShare(counts, shards);
    var isUneven = uneven > (before.isUnderWay() ? settings.endShare() : settings.beginShare());
    var roundsUneven = isUneven ? Math.min(before.roundsUneven() + 1, Integer.MAX_VALUE - 1) : 0;
    var isUnderWay = isUneven && roundsUneven >= settings.settledRounds();
    if (isUnderWay) {
      evenOut(shards, counts, room, moves);
    }
    return new Round(moves, new Balance(isUnderWay, roundsUneven, strays));
  }

  /** Shards that are not where their device is, with the rounds that found them so. */
  private Map<String, Balance.Stray> strays(ShardMap shards, Balance before) {
    var strays = new HashMap<String, Balance.Stray>();
    shards
        .current()
        .forEach(
            (node, held) -> {
              for (var shard : held) {
                var home =
                    shards
                        .home(shard)
                        .filter(other -> !other.equals(node))
                        .filter(other -> attracts(other, shards));
                if (home.isPresent() && !shards.inProgress().contains(shard)) {
                  strays.put(shard, before.stray(shard, home.get()));
                }
              }
            });
    return new TreeMap<>(strays);
  }

  private boolean attracts(String node, ShardMap shards) {
    return room(node, shards).cpuShare() <= settings.locality().attractCpuMax();
  }

  /** Whether a shard stays at its device's node, however uneven the site. */
  private boolean isKept(String shard, String node, ShardMap shards) {
    return shards.home(shard).filter(node::equals).isPresent()
        && room(node, shards).cpuShare() <= settings.locality().keepCpuMax();
  }

  private static Move homeward(String shard, Balance.Stray stray, ShardMap shards) {
    var from =
        shards.current().entrySet().stream()
            .filter(entry -> entry.getValue().contains(shard))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    return new Move(shard, from, stray.home(), Move.Reason.LOCALITY);
  }

  /** Moves shards that may go from the fullest nodes, as long as that evens out. */
  private void evenOut(
      ShardMap shards, NavigableMap<String, Integer> counts, int room, List<Move> moves) {
    var moved = new HashSet<String>();
    moves.forEach(move -> moved.add(move.shard()));
    while (moves.size() < room) {
      var next = next(shards, counts, moved);
      if (next.isEmpty()) {
        return;
      }
      moved.add(next.get().shard());
      move(next.get(), counts, moves);
    }
  }

  private Optional<Move> next(
      ShardMap shards, NavigableMap<String, Integer> counts, Set<String> moved) {
    var fullest =
        counts.keySet().stream()
            .sorted(
                Comparator.<String>comparingDouble(node -> -load(node, counts, shards))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    for (var from : fullest) {
      var toward = roomiest(counts, shards);
      if (toward.isEmpty()
          || load(from, counts, shards) <= loadWithOneMore(toward.get(), counts, shards)) {
        return Optional.empty();
      }
      var shard =
          shards.current().getOrDefault(from, List.of()).stream()
              .filter(each -> !moved.contains(each) && !shards.inProgress().contains(each))
              .filter(each -> !isKept(each, from, shards))
              .min(Comparator.naturalOrder());
      if (shard.isPresent()) {
        return Optional.of(new Move(shard.get(), from, toward.get(), Move.Reason.BALANCE));
      }
    }
    return Optional.empty();
  }

  private static void move(Move move, NavigableMap<String, Integer> counts, List<Move> moves) {
    counts.computeIfPresent(move.from(), (_, count) -> count - 1);
    counts.computeIfPresent(move.toward(), (_, count) -> count + 1);
    moves.add(move);
  }

  /** Share of all shards that nodes have beyond their part, rounded up. */
  private double unevenShare(NavigableMap<String, Integer> counts, ShardMap shards) {
    var all = counts.values().stream().mapToInt(Integer::intValue).sum();
    var weights =
        counts.keySet().stream().mapToInt(node -> settings.weight(room(node, shards))).sum();
    var beyond = 0.0;
    for (var node : counts.entrySet()) {
      var part = (double) all * settings.weight(room(node.getKey(), shards)) / weights;
      beyond += Math.max(0, node.getValue() - Math.ceil(part));
    }
    return all == 0 ? 0 : beyond / all;
  }

  private double load(String node, Map<String, Integer> counts, ShardMap shards) {
    return (double) counts.getOrDefault(node, 0) / settings.weight(room(node, shards));
  }

  private double loadWithOneMore(String node, Map<String, Integer> counts, ShardMap shards) {
    return (counts.getOrDefault(node, 0) + 1.0) / settings.weight(room(node, shards));
  }

  private static NodeRoom room(String node, ShardMap shards) {
    return Optional.ofNullable(shards.rooms().get(node)).orElseThrow();
  }
}
