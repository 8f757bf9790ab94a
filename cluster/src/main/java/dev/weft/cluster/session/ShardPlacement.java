package dev.weft.cluster.session;

import akka.actor.ActorRef;
import akka.actor.Address;
import akka.cluster.sharding.ShardCoordinator.AbstractShardAllocationStrategy;
import akka.dispatch.Futures;
import dev.weft.cluster.allocation.AllocationRule;
import dev.weft.cluster.allocation.AllocationSettings;
import dev.weft.cluster.allocation.Attachments;
import dev.weft.cluster.allocation.Balance;
import dev.weft.cluster.allocation.LocalitySettings;
import dev.weft.cluster.allocation.Move;
import dev.weft.cluster.allocation.NodeRoom;
import dev.weft.cluster.allocation.ShardMap;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsActor;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.SiteName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Has {@link AllocationRule} decide which node has a shard of a site's sessions, by what nodes told
 * of themselves. A node of which nothing is known yet gets one only where none is known. For one
 * coordinator.
 */
final class ShardPlacement extends AbstractShardAllocationStrategy {

  private final SiteName site;
  private final Address own;
  private final FactBook facts;
  private final AllocationRule rule;
  private final LocalitySettings locality;
  private final BooleanSupplier isWhole;
  private Balance balance = Balance.none();

  /**
   * @param own address of this node, which references to its own actors leave out
   * @param isWhole whether all are reached who are asked before a shard moves; else it would stand
   *     still in vain until its move is given up
   */
  ShardPlacement(
      SiteName site,
      Address own,
      FactBook facts,
      AllocationSettings settings,
      BooleanSupplier isWhole) {
    this.site = site;
    this.own = own;
    this.facts = facts;
    this.rule = new AllocationRule(settings);
    this.locality = settings.locality();
    this.isWhole = isWhole;
  }

  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String shard, Map<ActorRef, IndexedSeq<String>> current) {
    var regions =
        current.keySet().stream().collect(Collectors.toMap(this::node, Function.identity()));
    var chosen =
        rule.place(shard, map(current, Set.of()))
            .flatMap(node -> Optional.ofNullable(regions.get(node)))
            .orElseGet(() -> emptiest(requester, current));
    return Futures.successful(chosen);
  }

  private static ActorRef emptiest(ActorRef requester, Map<ActorRef, IndexedSeq<String>> current) {
    return current.entrySet().stream()
        .min(Map.Entry.comparingByValue((one, other) -> one.size() - other.size()))
        .map(Map.Entry::getKey)
        .orElse(requester);
  }

  @Override
  public Future<Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> current, Set<String> inProgress) {
    if (!isWhole.getAsBoolean()) {
      balance = Balance.none();
      return Futures.successful(Set.of());
    }
    var round = rule.rebalance(map(current, inProgress), balance);
    balance = round.next();
    return Futures.successful(
        round.moves().stream().map(Move::shard).collect(Collectors.toUnmodifiableSet()));
  }

  private ShardMap map(Map<ActorRef, IndexedSeq<String>> current, Set<String> inProgress) {
    var shards = new HashMap<String, List<String>>();
    var rooms = new HashMap<String, NodeRoom>();
    var told =
        facts.of(site).stream().collect(Collectors.toMap(NodeFacts::address, Function.identity()));
    current.forEach(
        (region, held) -> {
          var node = node(region);
          shards.put(node, CollectionConverters.asJava(held));
          Optional.ofNullable(told.get(node)).ifPresent(fact -> rooms.put(node, room(node, fact)));
        });
    return new ShardMap(site, shards, rooms, attached(shards, told), inProgress);
  }

  /** None while a node is not heard, as nobody knows how many frames come to that. */
  private Map<String, String> attached(
      Map<String, List<String>> shards, Map<String, NodeFacts> told) {
    if (!told.keySet().containsAll(shards.keySet())) {
      return Map.of();
    }
    var arrivals = new HashMap<String, Map<Integer, Double>>();
    told.forEach((node, fact) -> arrivals.put(node, fact.state().arrivals()));
    var places = new HashMap<String, String>();
    shards.forEach((node, held) -> held.forEach(shard -> places.put(shard, node)));
    return Attachments.of(arrivals, places, locality);
  }

  private static NodeRoom room(String node, NodeFacts fact) {
    var state = fact.state();
    return NodeRoom.of(
        node, fact.site(), fact.nodeClass(), state.isReady(), state.cpu(), state.load());
  }

  /** A node by the address of its actor system. */
  private String node(ActorRef region) {
    var address = region.path().address();
    var at = address.hasGlobalScope() ? address : own;
    return FactsActor.text(at);
  }
}
