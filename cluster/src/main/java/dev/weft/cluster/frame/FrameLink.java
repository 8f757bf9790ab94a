package dev.weft.cluster.frame;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.route.LinkDefaults;
import dev.weft.cluster.route.LinkState;
import dev.weft.cluster.route.PackRule;
import dev.weft.cluster.route.Packing;
import dev.weft.cluster.site.NodeId;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Peer;
import dev.weft.link.exchange.PeerStatus;
import dev.weft.link.exchange.PeerStatus.State;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Reason;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The data links to nodes of which something was heard of late. Threadsafe; no method blocks.
 *
 * @param facts who is where
 * @param defaults what is taken for links that were not measured
 * @param packRule which tensors go packed over which links
 * @param underWay frames that have no answer yet
 */
record FrameLink(
    FactBook facts, Peers peers, LinkDefaults defaults, PackRule packRule, UnderWay underWay) {

  /** The kind of the requests that carry frames. */
  static final String KIND = "frame";

  /** The node, if it was heard of and takes frames. */
  Optional<NodeFacts> node(String id) {
    return NodeId.find(id).flatMap(facts::find).filter(node -> !node.link().isEmpty());
  }

  /** Never completes exceptionally. */
  CompletableFuture<Answer> ask(NodeFacts node, int lane, byte[] payload, Duration timeLeft) {
    if (!timeLeft.isPositive()) {
      return CompletableFuture.completedFuture(
          Answer.Refused.before(Reason.TIMED_OUT, "no time left"));
    }
    try {
      var link = address(node);
      var answer = peers.at(link).ask(new Request(KIND, lane, payload, timeLeft));
      underWay.add(node.memberKey(), link, answer);
      return answer;
    } catch (IllegalArgumentException | IllegalStateException e) {
      return CompletableFuture.completedFuture(
          Answer.Refused.before(Reason.UNREACHABLE, String.valueOf(e.getMessage())));
    }
  }

  /** As one with frames under way that knows of the connections of {@code peers}. */
  static FrameLink of(FactBook facts, Peers peers, LinkDefaults defaults, PackRule packRule) {
    return new FrameLink(
        facts,
        peers,
        defaults,
        packRule,
        new UnderWay(
            link ->
                peers
                    .find(link)
                    .filter(peer -> peer.status().state() == State.CONNECTED)
                    .isPresent()));
  }

  /** Which tensors go packed to and from a node. */
  Packing packing(NodeFacts node) {
    return find(node)
        .map(address -> packRule.of(address.host(), state(node)))
        .orElse(Packing.NOTHING);
  }

  /**
   * Has nobody wait for nodes that are lost; closes the links to nodes of which nothing was heard
   * of late, when nothing is under way.
   *
   * @param kept links that stay all the same
   */
  void leaveGone(Set<Address> kept) {
    underWay.look();
    var known = new HashSet<>(kept);
    for (var node : facts.all()) {
      find(node).ifPresent(known::add);
    }
    peers.leave(address -> !known.contains(address));
  }

  /** How the link to a node is; one that was never used counts as open. Connects to nobody. */
  LinkState state(NodeFacts node) {
    var address = find(node);
    if (address.isEmpty()) {
      return defaults.state(Optional.empty(), false);
    }
    var status = peers.find(address.get()).map(Peer::status);
    var isOpen =
        status
            .map(PeerStatus::state)
            .filter(state -> state == State.OPEN || state == State.CLOSED)
            .isEmpty();
    return defaults.state(status.flatMap(PeerStatus::roundTrip), isOpen);
  }

  /** Empty if what the node tells of itself is no address. */
  private static Optional<Address> find(NodeFacts node) {
    try {
      return Optional.of(address(node));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Address address(NodeFacts node) {
    return node.id().at(node.link());
  }
}
