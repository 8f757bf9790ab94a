package dev.weft.cluster.fleet;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells nodes over the data link. */
public final class PeersLink implements FleetLink {

  private final Peers peers;
  private final Duration patience;

  /**
   * @param peers stays the caller's
   * @param patience most time an answer may take
   */
  public PeersLink(Peers peers, Duration patience) {
    this.peers = peers;
    this.patience = patience;
  }

  @Override
  public CompletionStage<NodeReport> tell(FleetView.Node node, Instruction instruction) {
    try {
      return peers
          .at(node.id().at(node.link()))
          .ask(new Request(InstructionDesk.KIND, 0, InstructionDesk.request(instruction), patience))
          .thenApply(answer -> report(node, answer));
    } catch (IllegalArgumentException | IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static NodeReport report(FleetView.Node node, Answer answer) {
    return switch (answer) {
      case Answer.Done(var payload) -> InstructionDesk.report(payload);
      case Answer.Refused(var reason, _, var detail) ->
          throw new FleetException("node %s: %s, %s".formatted(node.id(), reason, detail));
    };
  }
}
