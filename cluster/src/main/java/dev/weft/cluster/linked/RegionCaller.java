package dev.weft.cluster.linked;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsCodec;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a region over the data link what a node of a linked site is, and hears of the region's
 * nodes. One address is asked at a time, for as long as it answers. Threadsafe; no method blocks.
 */
final class RegionCaller {

  private static final Logger LOG = LoggerFactory.getLogger(RegionCaller.class);
  private static final int NODES_MAX = 256;

  private final LinkedSettings settings;
  private final FactBook facts;
  private final Supplier<Map<SiteName, Set<String>>> members;
  private final BiFunction<Address, Request, CompletableFuture<Answer>> ask;
  private final Consumer<NodeFacts> heard;
  private final AtomicBoolean isAsking = new AtomicBoolean();
  private volatile int turn;
  private final Map<Address, String> troubles = new ConcurrentHashMap<>();
  private final Set<NodeId> refused = ConcurrentHashMap.newKeySet();
  private volatile boolean isClosed;

  /**
   * @param members of this cluster that are up, by site: addresses of their actor systems
   * @param ask asks the node at an address
   * @param heard takes what is told of a region's node
   */
  RegionCaller(
      LinkedSettings settings,
      FactBook facts,
      Supplier<Map<SiteName, Set<String>>> members,
      BiFunction<Address, Request, CompletableFuture<Answer>> ask,
      Consumer<NodeFacts> heard) {
    this.settings = settings;
    this.facts = facts;
    this.members = members;
    this.ask = ask;
    this.heard = heard;
  }

  /** Tells what the node is now, unless an answer is still waited for. */
  void told(NodeFacts own) {
    if (isClosed || !isAsking.compareAndSet(false, true)) {
      return;
    }
    try {
      var site = members.get().getOrDefault(own.site(), Set.of());
      var known = site.contains(own.address()) ? site : Set.of(own.address());
      ask(FactsCodec.write(List.of(own.linked(known))), settings.to().size());
    } catch (RuntimeException e) {
      giveUp(settings.to().get(turn), e);
    }
  }

  /** Tells nothing any more. */
  void close() {
    isClosed = true;
  }

  /** The addresses that are asked, so that their connections stay. */
  Set<Address> kept() {
    return Set.of(current());
  }

  /** By the name in its certificate, once that is known, so that there is one connection. */
  private Address current() {
    var address = settings.to().get(turn);
    return facts.linked(Optional.empty()).stream()
        .filter(node -> node.link().equals(address.toString()))
        .findFirst()
        .map(node -> node.id().at(node.link()))
        .orElse(address);
  }

  private void ask(byte[] told, int tries) {
    var address = current();
    ask.apply(address, new Request(LinkedDesk.KIND, 0, told, settings.answerTimeout()))
        .whenComplete(
            (answer, problem) -> {
              try {
                answered(
                    address, answer == null ? String.valueOf(problem) : hear(answer), told, tries);
              } catch (RuntimeException e) {
                giveUp(address, e);
              }
            });
  }

  /**
   * @param why nothing was heard; empty if something was
   */
  private void answered(Address address, String why, byte[] told, int tries) {
    note(address, why);
    if (why.isEmpty()) {
      isAsking.set(false);
      return;
    }
    turn = (turn + 1) % settings.to().size();
    if (tries <= 1) {
      isAsking.set(false);
    } else {
      ask(told, tries - 1);
    }
  }

  /** So that the next interval tells again. */
  private void giveUp(Address address, RuntimeException problem) {
    isAsking.set(false);
    note(address, String.valueOf(problem));
  }

  /** Why nothing was heard; empty if something was. */
  private String hear(Answer answer) {
    return switch (answer) {
      case Answer.Done(var payload) -> hear(payload);
      case Answer.Refused(var reason, _, var detail) -> reason + ": " + detail;
    };
  }

  private String hear(byte[] payload) {
    try {
      var nodes = FactsCodec.readAll(payload);
      if (nodes.size() > NODES_MAX) {
        return "nodes: %d (expected: <= %d)".formatted(nodes.size(), NODES_MAX);
      }
      var own = members.get().keySet();
      var wrong = nodes.stream().flatMap(node -> hear(node, own).stream()).toList();
      return wrong.isEmpty() || wrong.size() < nodes.size() ? "" : wrong.getFirst();
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Why a node is not taken, which is logged once; empty if it is. */
  private Optional<String> hear(NodeFacts node, Set<SiteName> own) {
    try {
      LinkedRule.requireRegion(node, own);
    } catch (IllegalArgumentException e) {
      var why = String.valueOf(e.getMessage());
      if (refused.size() < NODES_MAX && refused.add(node.id())) {
        LOG.warn("of the region's nodes one is not taken: {}", why);
      }
      return Optional.of(why);
    }
    refused.remove(node.id());
    heard.accept(node);
    return Optional.empty();
  }

  private void note(Address address, String why) {
    var before = troubles.put(Address.of(address.host(), address.port()), why);
    if (isClosed || why.equals(before)) {
      return;
    }
    if (why.isEmpty()) {
      LOG.info("linked to the region by {}", address);
    } else {
      LOG.warn("the region does not answer by {}: {}", address, why);
    }
  }
}
