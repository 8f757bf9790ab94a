package dev.weft.cluster.linked;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Keeps nodes of other clusters to what they may ask where linked sites are accepted: what is for
 * operators, and what nodes of one cluster ask each other, is not for them.
 *
 * @param sites of this cluster
 * @param kinds that anybody may ask whom the data link lets in
 * @param isCertified whether peers show certificates; then one that is called as no node is a
 *     stranger, and without them an operator
 */
record LinkedGate(Supplier<Set<SiteName>> sites, Set<String> kinds, boolean isCertified) {

  /** The same handlers behind the gate. */
  Map<String, Handler> before(Map<String, Handler> handlers) {
    var kept = new HashMap<String, Handler>();
    handlers.forEach(
        (kind, handler) -> kept.put(kind, kinds.contains(kind) ? handler : before(handler)));
    return kept;
  }

  private Handler before(Handler handler) {
    return asked ->
        isLet(asked.peer())
            ? handler.handle(asked)
            : CompletableFuture.completedFuture(
                Answer.Refused.before(
                    Reason.UNKNOWN_KIND,
                    "kind: '%s' is not answered here to '%s' (expected: a node of this cluster's sites)"
                        .formatted(asked.kind(), asked.peer())));
  }

  private boolean isLet(String peer) {
    return NodeId.ofPeer(peer, isCertified)
        .map(node -> sites.get().contains(node.site()))
        .orElse(!isCertified);
  }
}
