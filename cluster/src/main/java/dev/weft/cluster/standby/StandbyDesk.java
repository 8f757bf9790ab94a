package dev.weft.cluster.standby;

import dev.weft.cluster.site.NodeId;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Reason;
import dev.weft.persistence.mirror.MirrorOwner;
import dev.weft.persistence.mirror.PullCodec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Answers the standby of this node's buffer: {@code weft/mirror/v1/mirror.proto}. */
public final class StandbyDesk implements Handler {

  /** The kind of the requests. */
  public static final String KIND = "mirror";

  private final Optional<MirrorOwner> owner;
  private final Supplier<Optional<NodeId>> standby;

  /**
   * @param owner empty if this node has no buffer
   * @param standby who may ask
   */
  StandbyDesk(Optional<MirrorOwner> owner, Supplier<Optional<NodeId>> standby) {
    this.owner = owner;
    this.standby = standby;
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    if (owner.isEmpty()) {
      return CompletableFuture.completedFuture(
          Answer.Refused.before(Reason.FAILED, "no edge buffer (expected: one to mirror)"));
    }
    var pull = PullCodec.pull(asked.payload());
    return owner
        .get()
        .answer(name(asked.peer()), pull)
        .thenApply(said -> new Answer.Done(PullCodec.encode(said)));
  }

  /** With certificates a node is called by the name in its own. */
  private String name(String peer) {
    return standby
        .get()
        .filter(node -> peer.equals(node.certified()))
        .map(NodeId::toString)
        .orElse(peer);
  }
}
