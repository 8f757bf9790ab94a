package dev.weft.cluster.linked;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsCodec;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Reason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Hears nodes of linked sites at a region, and tells them of the region's nodes and of nobody else.
 * Threadsafe.
 */
final class LinkedDesk implements Handler {

  /** The kind of the requests. */
  static final String KIND = "linked";

  /** Room for a site of 256 members and 300 variants with long names; see LinkedDeskTest. */
  static final int BYTES_MAX = 1 << 15;

  private record Told(byte[] bytes, long at) {}

  private final LinkedSettings settings;
  private final FactBook facts;
  private final Supplier<Map<SiteName, Set<String>>> members;
  private final Consumer<NodeFacts> heard;
  private final long intervalNanos;
  private final LongSupplier nanos;
  private Optional<Told> told = Optional.empty();
  // When a node's word was taken; the one of longest ago comes first.
  private final Map<NodeId, Long> taken = new LinkedHashMap<>();

  /**
   * @param members of the cluster that are up, by site: addresses of their actor systems
   * @param heard takes what a node told
   * @param interval in which a node tells; what it tells sooner than half of it is passed over, and
   *     all are told the same for a quarter of it
   * @param nanos monotonic time
   */
  LinkedDesk(
      LinkedSettings settings,
      FactBook facts,
      Supplier<Map<SiteName, Set<String>>> members,
      Consumer<NodeFacts> heard,
      Duration interval,
      LongSupplier nanos) {
    this.settings = settings;
    this.facts = facts;
    this.members = members;
    this.heard = heard;
    this.intervalNanos = interval.toNanos();
    this.nanos = nanos;
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    return CompletableFuture.completedFuture(answer(asked));
  }

  private Answer answer(Asked asked) {
    if (asked.payload().length > BYTES_MAX) {
      return Answer.Refused.before(
          Reason.TOO_LARGE,
          "facts: %d bytes (expected: <= %d)".formatted(asked.payload().length, BYTES_MAX));
    }
    try {
      var nodes = FactsCodec.readAll(asked.payload());
      if (nodes.size() != 1) {
        throw new IllegalArgumentException("nodes: %d (expected: 1)".formatted(nodes.size()));
      }
      LinkedRule.requireLinked(asked.peer(), nodes.getFirst(), members.get().keySet());
      var full = full(nodes.getFirst());
      if (full.isPresent()) {
        return Answer.Refused.before(Reason.BUSY, full.get());
      }
      hear(nodes.getFirst());
    } catch (IllegalArgumentException e) {
      return Answer.Refused.before(Reason.FAILED, String.valueOf(e.getMessage()));
    }
    return new Answer.Done(told());
  }

  /** Why one node more is not taken; empty if it is. */
  private Optional<String> full(NodeFacts node) {
    if (facts.find(node.id()).isPresent()) {
      return Optional.empty();
    }
    var ofSite = facts.linked(Optional.of(node.site())).size();
    if (ofSite >= settings.nodesOfSiteMax()) {
      return Optional.of(
          "linked nodes of site '%s': %d (expected: < %d)"
              .formatted(node.site(), ofSite, settings.nodesOfSiteMax()));
    }
    var all = facts.linkedCount();
    return all >= settings.nodesMax()
        ? Optional.of("linked nodes: %d (expected: < %d)".formatted(all, settings.nodesMax()))
        : Optional.empty();
  }

  private void hear(NodeFacts node) {
    if (isDue(node.id())) {
      heard.accept(node.linked(node.state().linkedMembers()));
    }
  }

  /** Whether a node told nothing of late that was taken. */
  private synchronized boolean isDue(NodeId node) {
    var now = nanos.getAsLong();
    var oldest = taken.values().iterator();
    while (oldest.hasNext()
        && (now - oldest.next() >= intervalNanos / 2 || taken.size() >= settings.nodesMax())) {
      oldest.remove();
    }
    return taken.putIfAbsent(node, now) == null;
  }

  /** Of all nodes of regions; found anew now and then, as thousands may ask each second. */
  private synchronized byte[] told() {
    var now = nanos.getAsLong();
    if (told.isEmpty() || now - told.get().at() >= intervalNanos / 4) {
      told = Optional.of(new Told(FactsCodec.write(regions()), now));
    }
    return told.get().bytes();
  }

  private List<NodeFacts> regions() {
    var up = members.get();
    return facts.all().stream()
        .filter(node -> node.role() == Role.REGION && !node.isLinked())
        .filter(node -> up.getOrDefault(node.site(), Set.of()).contains(node.address()))
        .map(node -> node.linked(up.getOrDefault(node.site(), Set.of())))
        .toList();
  }
}
