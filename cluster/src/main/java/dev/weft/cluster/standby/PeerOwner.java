package dev.weft.cluster.standby;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Peer;
import dev.weft.link.exchange.PeerStatus.State;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import dev.weft.persistence.mirror.OwnerLink;
import dev.weft.persistence.mirror.Pull;
import dev.weft.persistence.mirror.PullCodec;
import dev.weft.persistence.mirror.Pulled;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The owner of a buffer over the data link, in the lane of background frames. */
final class PeerOwner implements OwnerLink {

  private static final int LANE = 2;

  private final Peers peers;
  private volatile Optional<Address> address = Optional.empty();

  /**
   * @param peers stays the caller's
   */
  PeerOwner(Peers peers) {
    this.peers = peers;
  }

  /** Where the owner is now; nothing that it is not heard of any more. */
  void at(Address place) {
    address = Optional.of(place);
  }

  @Override
  public CompletableFuture<Pulled> ask(Pull pull, Duration within) {
    var place = address;
    if (place.isEmpty()) {
      return unanswered("nobody knows where it is");
    }
    try {
      var request = new Request(StandbyDesk.KIND, LANE, PullCodec.encode(pull), within);
      var asked = peers.at(place.get()).ask(request);
      var reply = asked.thenApply(PeerOwner::said);
      var _ =
          reply.whenComplete(
              (_, _) -> {
                if (reply.isCancelled()) {
                  asked.cancel(false);
                }
              });
      return reply;
    } catch (IllegalArgumentException | IllegalStateException e) {
      return unanswered(String.valueOf(e.getMessage()));
    }
  }

  private static CompletableFuture<Pulled> unanswered(String why) {
    return CompletableFuture.completedFuture(new Pulled.Unanswered(why));
  }

  private static Pulled said(Answer answer) {
    return switch (answer) {
      case Answer.Done(var payload) -> PullCodec.pulled(payload);
      case Answer.Refused(var reason, _, var detail) ->
          new Pulled.Unanswered("%s: %s".formatted(reason, detail));
    };
  }

  @Override
  public boolean isConnected() {
    return address
        .flatMap(peers::find)
        .map(Peer::status)
        .filter(status -> status.state() == State.CONNECTED)
        .isPresent();
  }
}
