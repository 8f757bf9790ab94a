package dev.weft.cluster.linked;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.RelayCodec;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Has sessions of this site do what nodes of other clusters ask of them, as far as these may.
 * Threadsafe.
 */
final class RelayDesk implements Handler {

  /** The kind of the requests. */
  static final String KIND = "session";

  private final SiteName here;
  private final boolean isLinked;
  private final boolean isCertified;
  private final Predicate<SiteName> isRegion;
  private final Function<RelayCodec.Relayed, CompletableFuture<SessionState>> sessions;

  /**
   * @param isLinked whether this site is linked, so that only its regions ask it
   * @param isCertified whether peers show certificates
   * @param isRegion whether a site is known as one of these
   */
  RelayDesk(
      SiteName here,
      boolean isLinked,
      boolean isCertified,
      Predicate<SiteName> isRegion,
      Function<RelayCodec.Relayed, CompletableFuture<SessionState>> sessions) {
    this.here = here;
    this.isLinked = isLinked;
    this.isCertified = isCertified;
    this.isRegion = isRegion;
    this.sessions = sessions;
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    try {
      var relayed = RelayCodec.read(asked.payload());
      var site =
          NodeId.ofPeer(asked.peer(), isCertified)
              .map(NodeId::site)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "asked by '%s' (expected: a node)".formatted(asked.peer())));
      if (isLinked && !isRegion.test(site)) {
        return refused(
            SessionRefusal.UNREACHABLE,
            "asked by site '%s' (expected: a region that this linked site hears)".formatted(site));
      }
      var asksAll = isRegion.test(site);
      LinkedRule.against(site, asksAll, relayed.session(), relayed.site(), here)
          .or(() -> asksAll ? Optional.empty() : LinkedRule.beyond(site, relayed, here))
          .ifPresent(
              why -> {
                throw new IllegalArgumentException(why);
              });
      return sessions
          .apply(relayed)
          .handle((state, problem) -> new Answer.Done(RelayCodec.answer(state, problem)));
    } catch (IllegalArgumentException | DateTimeException e) {
      return refused(SessionRefusal.INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static CompletionStage<Answer> refused(SessionRefusal refusal, String why) {
    return CompletableFuture.completedFuture(
        new Answer.Done(RelayCodec.answer(null, new SessionException(refusal, why))));
  }
}
