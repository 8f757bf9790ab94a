package dev.weft.fabric.session;

import akka.actor.typed.ActorRef;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import dev.weft.fabric.problem.Cause;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The sessions of a node, kept in its journal. Threadsafe; no method blocks.
 *
 * <p>Each answer is the session's state after the request, given when that is durable, or a {@link
 * SessionException} that says why not. Asking the same again changes nothing, so whoever got no
 * answer may ask again.
 */
public final class Sessions {

  private static final int ID_CHARACTERS_MAX = 200;

  /** It may move while it is looked for. */
  private static final int MOVES_FOLLOWED_MAX = 3;

  /** Ends answers that nobody gives any more. */
  public interface GivingUp {

    /** By a timer of the JVM, which goes on when a node's own have ended. */
    GivingUp JVM_TIMER = (answer, time) -> answer.orTimeout(time.toMillis(), TimeUnit.MILLISECONDS);

    /** Has {@code answer} fail by a {@link TimeoutException} unless it is there in time. */
    void after(CompletableFuture<?> answer, Duration time);
  }

  private final RecipientRef<SessionsActor.For> place;
  private final Scheduler scheduler;
  private final Duration patience;
  private final GivingUp givingUp;
  private final Optional<SessionBooks> books;
  private final Consumer<String> closed;

  /** With the timer of the JVM to end what a closing node leaves without an answer. */
  public Sessions(RecipientRef<SessionsActor.For> place, Scheduler scheduler, Duration patience) {
    this(place, scheduler, patience, GivingUp.JVM_TIMER);
  }

  /**
   * @param place hands each request to the entity of its session, wherever that lives
   * @param patience most time an answer may take
   * @param givingUp ends what a closing node leaves without an answer
   */
  public Sessions(
      RecipientRef<SessionsActor.For> place,
      Scheduler scheduler,
      Duration patience,
      GivingUp givingUp) {
    this(place, scheduler, patience, givingUp, Optional.empty(), _ -> {});
  }

  private Sessions(
      RecipientRef<SessionsActor.For> place,
      Scheduler scheduler,
      Duration patience,
      GivingUp givingUp,
      Optional<SessionBooks> books,
      Consumer<String> closed) {
    this.place = place;
    this.scheduler = scheduler;
    this.patience = patience;
    this.givingUp = givingUp;
    this.books = books;
    this.closed = closed;
  }

  /** The same, with where to look sessions up. */
  public Sessions with(SessionBooks other) {
    return new Sessions(place, scheduler, patience, givingUp, Optional.of(other), closed);
  }

  /**
   * The same, where {@code told} hears of each session that is closed by this, before who closes it
   * does.
   */
  public Sessions telling(Consumer<String> told) {
    return new Sessions(place, scheduler, patience, givingUp, books, told);
  }

  /** Where to look sessions up without asking them; empty where nobody said it. */
  public Optional<SessionBooks> books() {
    return books;
  }

  /**
   * Makes a session, or takes one over from the process that fed it before. Its frames are those
   * submitted from then on with the attribute {@code session}.
   *
   * @param id 1 to {@value #ID_CHARACTERS_MAX} printable characters without {@code |}
   * @param budgetMicros what it may spend, in millionths
   */
  public CompletableFuture<SessionState> open(String id, String tenant, long budgetMicros) {
    return ask(
        id,
        replyTo -> new SessionEntity.Open(tenant, SessionEntity.FEEDERS, budgetMicros, replyTo));
  }

  /**
   * Says that frames of a session come to where its entity lives, which takes it over from the
   * process that fed it before.
   */
  public CompletableFuture<SessionState> claim(String id) {
    return ask(id, SessionEntity.Claim::new);
  }

  /** Tells what a client says of itself, by the names of declared signals. */
  public CompletableFuture<SessionState> observe(String id, Map<String, SignalValue> signals) {
    return ask(id, replyTo -> new SessionEntity.Observe(signals, replyTo));
  }

  /**
   * Sets a part of the session's budget aside.
   *
   * @param block 1, 2, 3 and so on
   */
  public CompletableFuture<SessionState> reserve(String id, long block, long amountMicros) {
    return ask(id, replyTo -> new SessionEntity.ReserveBudget(block, amountMicros, replyTo));
  }

  /** Says what was spent of a block; the rest is free again. */
  public CompletableFuture<SessionState> settle(String id, long block, long spentMicros) {
    return ask(id, replyTo -> new SessionEntity.SettleBudget(block, spentMicros, replyTo));
  }

  /** Ends a session for good, when it knows which of its frames are durable by now. */
  public CompletableFuture<SessionState> close(String id, String reason) {
    return ask(id, SessionEntity.Settle::new)
        .thenCompose(_ -> ask(id, replyTo -> new SessionEntity.Close(reason, replyTo)))
        .thenApply(
            state -> {
              closed.accept(id);
              return state;
            });
  }

  /** How a session stands; {@link SessionState.Phase#NEW} if it was never opened. */
  public CompletableFuture<SessionState> state(String id) {
    return ask(id, SessionEntity.Tell::new);
  }

  /** Says that frames of an epoch are in the trace. */
  CompletableFuture<SessionState> checkpoint(
      String id, long epoch, long from, long to, String traceHash) {
    return ask(id, replyTo -> new SessionEntity.RecordFrames(epoch, from, to, traceHash, replyTo));
  }

  /**
   * Has a session do what a node of another cluster asks of it, at the site that this says.
   *
   * @return fails with a {@link SessionException} that says why not
   */
  public CompletableFuture<SessionState> relay(RelayCodec.Relayed relayed) {
    return ask(
        relayed.session(),
        relayed.site(),
        replyTo -> RequestCodec.request(relayed.message(), replyTo));
  }

  private CompletableFuture<SessionState> ask(
      String id, Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request) {
    return ask(id, "", request, MOVES_FOLLOWED_MAX);
  }

  /** Goes after a session that has moved, as far as it is told where. */
  private CompletableFuture<SessionState> ask(
      String id,
      String site,
      Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request,
      int follows) {
    return ask(id, site, request)
        .exceptionallyCompose(
            problem ->
                Cause.of(problem) instanceof SessionException refused
                        && !refused.site().isEmpty()
                        && follows > 0
                    ? whereItIs(id, refused).thenCompose(at -> ask(id, at, request, follows - 1))
                    : CompletableFuture.failedFuture(Cause.of(problem)));
  }

  private CompletableFuture<String> whereItIs(String id, SessionException refused) {
    return refused.refusal() == SessionRefusal.MOVING
        ? new SessionTransfer(this, id).finish(refused)
        : CompletableFuture.completedFuture(refused.site());
  }

  /**
   * Asks the entity of a session at one site.
   *
   * @param site empty for where it is as far as is known
   */
  CompletableFuture<SessionState> ask(
      String id,
      String site,
      Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request) {
    if (!isId(id)) {
      return CompletableFuture.failedFuture(
          new SessionException(
              SessionRefusal.INVALID,
              "session id: '%s' (expected: 1 to %d printable characters without '|')"
                  .formatted(id, ID_CHARACTERS_MAX)));
    }
    // Of a copy, as Akka has what depends on its own run by the common pool, which may be blocked.
    var answer =
        AskPattern.<SessionsActor.For, SessionState>askWithStatus(
                place,
                replyTo -> new SessionsActor.For(id, request.apply(replyTo), site),
                patience,
                scheduler)
            .toCompletableFuture()
            .copy();
    // When the node closes meanwhile, Akka's own timer ends without a word.
    givingUp.after(answer, patience.plusSeconds(1));
    return answer.exceptionallyCompose(
        problem -> CompletableFuture.failedFuture(refusal(id, problem)));
  }

  /** One session as one site knows it, for who moves it. */
  record At(Sessions sessions, String session, String site) {

    CompletableFuture<SessionState> prepareMove(String to) {
      return ask(replyTo -> new SessionEntity.PrepareMove(to, replyTo));
    }

    CompletableFuture<SessionState> settle() {
      return ask(SessionEntity.Settle::new);
    }

    CompletableFuture<SessionState> hold(SessionOffer offer) {
      return ask(replyTo -> new SessionEntity.HoldOffer(offer, replyTo));
    }

    CompletableFuture<SessionState> release(String to, String hash) {
      return ask(replyTo -> new SessionEntity.Release(to, hash, replyTo));
    }

    CompletableFuture<SessionState> takeUp(long term, String hash) {
      return ask(replyTo -> new SessionEntity.TakeUp(term, hash, replyTo));
    }

    CompletableFuture<SessionState> cancelMove(long term) {
      return ask(replyTo -> new SessionEntity.CancelMove(term, replyTo));
    }

    CompletableFuture<SessionState> discard(long term) {
      return ask(replyTo -> new SessionEntity.DiscardOffer(term, replyTo));
    }

    CompletableFuture<SessionState> state() {
      return ask(SessionEntity.Tell::new);
    }

    private CompletableFuture<SessionState> ask(
        Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request) {
      return sessions
          .ask(session, site, request)
          .exceptionallyCompose(problem -> CompletableFuture.failedFuture(Cause.of(problem)));
    }
  }

  /** The session as one site knows it. */
  At at(String id, String site) {
    return new At(this, id, site);
  }

  private Throwable refusal(String id, Throwable problem) {
    var cause = Cause.of(problem);
    return cause instanceof TimeoutException
        ? new SessionException(
            SessionRefusal.UNANSWERED,
            "session '%s': no answer within %s; whether the request took effect shows when it is asked again"
                .formatted(id, patience))
        : cause;
  }

  private static boolean isId(String id) {
    return !id.isEmpty()
        && id.length() <= ID_CHARACTERS_MAX
        && id.chars().allMatch(each -> each != '|' && !Character.isISOControl(each));
  }
}
