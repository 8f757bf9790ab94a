package dev.weft.cluster.linked;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.RelayCodec;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionsActor;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Reason;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks sessions at linked sites, or at the region a site is linked to, by any node there: that one
 * knows where the session lives. Another one is asked only of what certainly did not arrive.
 */
final class LinkedSessions implements SessionLink {

  private static final int TRIES = 3;

  /** Of a session's requests, in the lane of frames that wait for where it lives. */
  private static final int LANE = 0;

  private final FactBook facts;
  private final BiFunction<Address, Request, CompletableFuture<Answer>> ask;
  private final Duration patience;
  private final boolean isLinked;

  /**
   * @param ask asks the node at an address
   * @param patience most time an answer may take
   * @param isLinked whether this node is of a linked site itself
   */
  LinkedSessions(
      FactBook facts,
      BiFunction<Address, Request, CompletableFuture<Answer>> ask,
      Duration patience,
      boolean isLinked) {
    this.facts = facts;
    this.ask = ask;
    this.patience = patience;
    this.isLinked = isLinked;
  }

  @Override
  public boolean reaches(SiteName site) {
    return !facts.linked(Optional.of(site)).isEmpty();
  }

  @Override
  public String expected() {
    return isLinked ? "one; a linked site asks its region and no other site" : "one";
  }

  @Override
  public CompletableFuture<SessionState> ask(SiteName site, SessionsActor.For asked) {
    var result = new CompletableFuture<SessionState>();
    ask(site, asked, RelayCodec.request(asked), nodes(site, asked.session()), result);
    return result;
  }

  /** Those that take frames first; of these another one first for each session. */
  private List<NodeFacts> nodes(SiteName site, String session) {
    var ready = new ArrayList<NodeFacts>();
    var leaving = new ArrayList<NodeFacts>();
    for (var node : facts.linked(Optional.of(site))) {
      (node.state().isReady() ? ready : leaving).add(node);
    }
    if (!ready.isEmpty()) {
      Collections.rotate(ready, Math.floorMod(session.hashCode(), ready.size()));
    }
    ready.addAll(leaving);
    return ready.subList(0, Math.min(TRIES, ready.size()));
  }

  private void ask(
      SiteName site,
      SessionsActor.For asked,
      byte[] request,
      List<NodeFacts> nodes,
      CompletableFuture<SessionState> result) {
    if (nodes.isEmpty()) {
      result.completeExceptionally(unreachable(asked, site, "no node of it is heard"));
      return;
    }
    var node = nodes.getFirst();
    ask.apply(node.id().at(node.link()), new Request(RelayDesk.KIND, LANE, request, patience))
        .whenComplete(
            (answer, problem) -> {
              try {
                if (answer instanceof Answer.Refused refused
                    && !refused.mayHaveRun()
                    && refused.reason() != Reason.TIMED_OUT
                    && nodes.size() > 1) {
                  ask(site, asked, request, nodes.subList(1, nodes.size()), result);
                } else {
                  end(site, asked, answer, problem, result);
                }
              } catch (RuntimeException e) {
                result.completeExceptionally(unanswered(asked, site, String.valueOf(e)));
              }
            });
  }

  private void end(
      SiteName site,
      SessionsActor.For asked,
      @Nullable Answer answer,
      @Nullable Throwable problem,
      CompletableFuture<SessionState> result) {
    switch (answer) {
      case Answer.Done(var payload) -> {
        try {
          result.complete(RelayCodec.state(payload));
        } catch (SessionException e) {
          result.completeExceptionally(e);
        } catch (IllegalArgumentException e) {
          result.completeExceptionally(unanswered(asked, site, String.valueOf(e.getMessage())));
        }
      }
      case Answer.Refused refused when !refused.mayHaveRun() ->
          result.completeExceptionally(unreachable(asked, site, refused.detail()));
      case Answer.Refused refused ->
          result.completeExceptionally(unanswered(asked, site, refused.detail()));
      case null -> result.completeExceptionally(unanswered(asked, site, String.valueOf(problem)));
    }
  }

  private static SessionException unreachable(
      SessionsActor.For asked, SiteName site, String detail) {
    return new SessionException(
        SessionRefusal.UNREACHABLE,
        "session '%s': linked site '%s' is not reached: %s"
            .formatted(asked.session(), site, detail));
  }

  private static SessionException unanswered(
      SessionsActor.For asked, SiteName site, String detail) {
    return new SessionException(
        SessionRefusal.UNANSWERED,
        ("session '%s': no answer of linked site '%s'; whether the request took effect shows when"
                + " it is asked again: %s")
            .formatted(asked.session(), site, detail));
  }
}
