package dev.weft.cluster.fact;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What other nodes told of themselves of late. What is older than a bound counts no more, whether
 * the node is gone or only silent: a route must not be built on it. Threadsafe.
 */
public final class FactBook {

  private record Entry(NodeFacts facts, long heardAt) {}

  private final long staleAfterNanos;
  private final int nodesMax;
  private final LongSupplier nanos;
  // The one heard of longest ago comes first.
  private final LinkedHashMap<NodeId, Entry> entries = new LinkedHashMap<>();
  // Of those in entries, what is reached over the data link only: frames ask for one site's.
  private final Map<SiteName, NavigableMap<NodeId, NodeFacts>> linked = new TreeMap<>();
  private final Map<SiteName, Set<String>> linkedSites = new LinkedHashMap<>();

  /**
   * @param staleAfter age at which what was told counts no more
   * @param nodesMax most nodes kept
   * @param nanos monotonic time of this node; the others' clocks do not matter
   */
  public FactBook(Duration staleAfter, int nodesMax, LongSupplier nanos) {
    if (!staleAfter.isPositive() || nodesMax < 1) {
      throw new IllegalArgumentException(
          "stale after %s, %d nodes (expected: > 0, >= 1)".formatted(staleAfter, nodesMax));
    }
    this.staleAfterNanos = staleAfter.toNanos();
    this.nodesMax = nodesMax;
    this.nanos = nanos;
  }

  /**
   * Takes note of what a node told just now. What is older than what is known of it, by its process
   * and the order in which it told, changes nothing.
   *
   * @return whether it was news
   */
  public synchronized boolean told(NodeFacts facts) {
    var before = entries.get(facts.id());
    if (before != null && !isAfter(facts, before.facts())) {
      return false;
    }
    remove(facts.id());
    if (entries.size() >= nodesMax) {
      remove(entries.firstEntry().getKey());
    }
    entries.put(facts.id(), new Entry(facts, nanos.getAsLong()));
    if (facts.isLinked()) {
      linked.computeIfAbsent(facts.site(), _ -> new TreeMap<>()).put(facts.id(), facts);
      remember(facts);
    }
    return true;
  }

  private void remove(NodeId node) {
    entries.remove(node);
    linked.computeIfPresent(
        node.site(),
        (_, nodes) -> {
          nodes.remove(node);
          return nodes.isEmpty() ? null : nodes;
        });
  }

  /** Of a linked site it is known which members it had, also while nothing is heard of it. */
  private void remember(NodeFacts facts) {
    linkedSites.remove(facts.site());
    if (linkedSites.size() >= nodesMax) {
      var oldest = linkedSites.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    linkedSites.put(facts.site(), facts.state().linkedMembers());
  }

  /**
   * A member of another cluster's site, as a node of that told.
   *
   * @param address of its actor system, which other sites may have, too
   * @param isHeard whether something was heard of it of late
   */
  public record LinkedMember(SiteName site, String address, boolean isHeard) {}

  /** Members of the sites that were ever heard of over the data link, by site and address. */
  public synchronized List<LinkedMember> linkedMembers() {
    dropStale();
    var heard = new HashMap<SiteName, Set<String>>();
    linked.forEach(
        (site, nodes) ->
            heard.put(
                site, nodes.values().stream().map(NodeFacts::address).collect(Collectors.toSet())));
    var members = new ArrayList<LinkedMember>();
    linkedSites.forEach(
        (site, told) -> {
          var addresses = new TreeSet<>(told);
          addresses.addAll(heard.getOrDefault(site, Set.of()));
          for (var address : addresses) {
            members.add(
                new LinkedMember(
                    site, address, heard.getOrDefault(site, Set.of()).contains(address)));
          }
        });
    return members;
  }

  /** How many nodes are reached over the data link only. */
  public synchronized int linkedCount() {
    dropStale();
    return linked.values().stream().mapToInt(Map::size).sum();
  }

  /** Of all nodes, or of one site's, that are reached over the data link only; by name. */
  public synchronized List<NodeFacts> linked(Optional<SiteName> site) {
    dropStale();
    return site.map(
            one ->
                Optional.ofNullable(linked.get(one)).map(Map::values).stream()
                    .flatMap(Collection::stream))
        .orElseGet(() -> linked.values().stream().flatMap(nodes -> nodes.values().stream()))
        .toList();
  }

  private static boolean isAfter(NodeFacts facts, NodeFacts before) {
    return facts.process() != before.process()
        ? facts.process() > before.process()
        : facts.state().sequence() > before.state().sequence();
  }

  /**
   * Forgets what a process told that is known to have ended. If another runs at its address by now,
   * what that one told is forgotten too, until it tells it again.
   */
  public synchronized void gone(String address) {
    entries.values().stream()
        .map(Entry::facts)
        .filter(facts -> facts.memberKey().equals(address))
        .map(NodeFacts::id)
        .toList()
        .forEach(this::remove);
  }

  /** Of the process at an address of an actor system, however long ago it was heard of. */
  public synchronized Optional<NodeFacts> at(String address) {
    return entries.values().stream()
        .map(Entry::facts)
        .filter(facts -> facts.memberKey().equals(address))
        .findFirst();
  }

  /** Of every node heard of of late, by site and name. */
  public synchronized List<NodeFacts> all() {
    dropStale();
    return entries.values().stream()
        .map(Entry::facts)
        .sorted(Comparator.comparing(NodeFacts::id))
        .toList();
  }

  /** Of one node; empty if it was not heard of of late. */
  public synchronized Optional<NodeFacts> find(NodeId node) {
    dropStale();
    return Optional.ofNullable(entries.get(node)).map(Entry::facts);
  }

  /** Of the nodes of one site. */
  public List<NodeFacts> of(SiteName site) {
    return all().stream().filter(facts -> facts.site().equals(site)).toList();
  }

  /** How long ago a node was heard of; empty if that is too long. */
  public synchronized Optional<Duration> age(NodeId node) {
    dropStale();
    return Optional.ofNullable(entries.get(node))
        .map(entry -> Duration.ofNanos(nanos.getAsLong() - entry.heardAt()));
  }

  private void dropStale() {
    var oldest = nanos.getAsLong() - staleAfterNanos;
    while (!entries.isEmpty() && entries.firstEntry().getValue().heardAt() - oldest < 0) {
      remove(entries.firstEntry().getKey());
    }
  }
}
