package dev.weft.fabric.session;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.RecoveryFailed;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import dev.weft.persistence.journal.AnsweringEntity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The durable shell of one {@link SessionState}: asks it what to do, stores the events it answers
 * with, and only then says so. It waits for the journal and for nothing else.
 *
 * <p>Every request that reaches the entity gets exactly one answer, also when too many wait, when
 * the journal fails and when it cannot be read: the state after it, or a {@link SessionException}.
 */
public final class SessionEntity
    extends AnsweringEntity<SessionEntity.Command, SessionEvent, SessionState> {

  public sealed interface Command {}

  /** What is asked of the session and answered. */
  public sealed interface Request extends Command {
    ActorRef<StatusReply<SessionState>> replyTo();
  }

  /**
   * Makes the session, or takes it over in a higher epoch.
   *
   * @param epoch {@link #FEEDERS} to be fed beside the entity
   */
  public record Open(
      String tenant, long epoch, long budgetMicros, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Tells what the client says of itself, by signal. */
  public record Observe(
      Map<String, SignalValue> signals, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {

    public Observe {
      signals = Map.copyOf(signals);
    }
  }

  /** Says that frames are in the trace, up to the hash after the last. */
  public record RecordFrames(
      long epoch, long from, long to, String traceHash, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Sets a block of the budget aside. */
  public record ReserveBudget(
      long block, long amountMicros, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Says what was spent of a block. */
  public record SettleBudget(
      long block, long spentMicros, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Ends the session. */
  public record Close(String reason, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Asks how it stands. */
  public record Tell(ActorRef<StatusReply<SessionState>> replyTo) implements Request {}

  /** Says that frames of it come to the feeder beside the entity, which takes over if need be. */
  public record Claim(ActorRef<StatusReply<SessionState>> replyTo) implements Request {}

  /** Waits until the session knows which of its frames are in the trace by now. */
  public record Settle(ActorRef<StatusReply<SessionState>> replyTo) implements Request {}

  /** Has nothing new begin, as the session shall go to another site. */
  public record PrepareMove(String to, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Goes on here, not by the move {@code term}. */
  public record CancelMove(long term, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Keeps what another site offers, without effect yet. */
  public record HoldOffer(SessionOffer offer, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Gives the session to the site that keeps it with this hash. */
  public record Release(String to, String hash, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Has what is kept be the session, as the other site has released it. */
  public record TakeUp(long term, String hash, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Forgets what is kept of a move that came to nothing. */
  public record DiscardOffer(long term, ActorRef<StatusReply<SessionState>> replyTo)
      implements Request {}

  /** Stops the entity after the requests before it; its session goes on when it starts again. */
  public enum Stop implements Command {
    INSTANCE
  }

  /** In place of an epoch: one of the feeder beside the entity, which may be on another node. */
  public static final long FEEDERS = 0;

  /** The kind of the entity in the journal: its persistence ids are {@code Session|ID}. */
  public static final String TYPE = "Session";

  private final Supplier<SignalSchema> schema;
  private final SessionRules rules;
  private final TenantContexts tenants;
  private final Feeder feeder;
  private final InstantSource clock;
  private final String session;
  private final RenewalExtension renewal;
  private final long round;
  private final ActorRef<Command> self;
  private Instant leavingSince = Instant.EPOCH;
  private Instant knownAt = Instant.EPOCH;
  private String tenant = "";
  private int contextBytes;

  /**
   * @param schema of the signals that may be told now
   * @param tenants what the sessions of this node share
   * @param feeder has the frames of the sessions whose entities live here
   */
  public static Behavior<Command> create(
      String sessionId,
      Supplier<SignalSchema> schema,
      SessionRules rules,
      TenantContexts tenants,
      Feeder feeder,
      InstantSource clock) {
    return Behaviors.setup(
        context ->
            answering(
                new SessionEntity(sessionId, schema, rules, tenants, feeder, clock, context)));
  }

  private SessionEntity(
      String sessionId,
      Supplier<SignalSchema> schema,
      SessionRules rules,
      TenantContexts tenants,
      Feeder feeder,
      InstantSource clock,
      ActorContext<Command> context) {
    super(
        id(sessionId),
        "session '%s'".formatted(sessionId),
        Command.class,
        rules.waitingMax(),
        context);
    this.schema = schema;
    this.rules = rules;
    this.tenants = tenants;
    this.feeder = feeder;
    this.clock = clock;
    this.session = sessionId;
    this.renewal = RenewalExtension.get(context.getSystem());
    this.round = renewal.round();
    this.self = context.getSelf();
  }

  private static PersistenceId id(String sessionId) {
    return PersistenceId.of(TYPE, sessionId);
  }

  /** What a journal calls the session. */
  static String persistenceId(String sessionId) {
    return id(sessionId).id();
  }

  @Override
  public SessionState emptyState() {
    return SessionState.none();
  }

  @Override
  public CommandHandler<Command, SessionEvent, SessionState> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Stop _ -> stop();
          case Settle(var replyTo) -> settle(replyTo);
          case Request request -> renewal.round() == round ? onRequest(state, request) : renewed();
        };
  }

  /**
   * Whether this entity may know less than who asks, as after another node took the session over.
   * Not while it is about to leave: read anew, it would not know since when.
   */
  private boolean isPerhapsBehind(SessionState state, Request request) {
    return !(state.whereabouts() instanceof Whereabouts.Leaving)
        && SessionHorizon.isBeyond(state, request)
        && Duration.between(knownAt, clock.instant()).abs().compareTo(rules.knownFor()) > 0;
  }

  /** What is known here may be out of date; whoever asks again asks one that has read anew. */
  private Effect<SessionEvent, SessionState> renewed() {
    return Effect()
        .none()
        .thenRun(
            _ -> {
              refuse(
                  new SessionException(
                      SessionRefusal.STOPPED,
                      "session '%s' reads its journal again, as other nodes may have changed it"
                          .formatted(session)));
              self.tell(Stop.INSTANCE);
            });
  }

  /** The trace tells the session what it does not know, and is then asked itself. */
  private Effect<SessionEvent, SessionState> settle(ActorRef<StatusReply<SessionState>> replyTo) {
    feeder.settles(session).whenComplete((_, _) -> self.tell(new Tell(replyTo)));
    return Effect().none();
  }

  private Effect<SessionEvent, SessionState> onRequest(SessionState state, Request request) {
    return switch (decision(state, request)) {
      case SessionDecision.Accept(var events) -> {
        var after = events.stream().reduce(state, SessionState::on, (_, last) -> last);
        yield takeRoom(after)
            ? Effect()
                .persist(events)
                .thenRun(stored -> onStored(request, stored, !events.isEmpty()))
            : Effect().none().thenRun(_ -> refuseForTenant());
      }
      case SessionDecision.Refuse _ when isPerhapsBehind(state, request) -> renewed();
      case SessionDecision.Refuse(var refusal, var why) ->
          Effect().none().thenRun(_ -> refuse(new SessionException(refusal, why, site(state))));
    };
  }

  /** Who can tell more: the site it went to, or the one it is to come from. */
  private static String site(SessionState state) {
    return switch (state.whereabouts()) {
      case Whereabouts.Gone(_, var to, _) -> to;
      case Whereabouts.Held(_, var from, _, _, _) -> from;
      case Whereabouts.Here _, Whereabouts.Leaving _ -> "";
    };
  }

  private SessionDecision decision(SessionState state, Request request) {
    return switch (request) {
      case Open(var byTenant, var epoch, var budget, _) ->
          epoch == FEEDERS
              ? state.openBy(byTenant, feeder.id(), budget, now())
              : state.open(byTenant, epoch, budget, now());
      case Claim _ -> state.claim(feeder.id(), isOverdue(state), now());
      case PrepareMove(var to, _) -> SessionMoves.prepare(state, to);
      case CancelMove(var term, _) -> SessionMoves.cancel(state, term);
      case HoldOffer(var offer, _) -> SessionMoves.hold(state, offer);
      case Release(var to, var hash, _) -> SessionMoves.release(state, to, hash);
      case TakeUp(var term, var hash, _) -> SessionMoves.takeUp(state, term, hash);
      case DiscardOffer(var term, _) -> SessionMoves.discard(state, term);
      case Observe(var told, _) ->
          state.observe(told, schema.get(), rules.contextBytesMax(), now());
      case RecordFrames(var epoch, var from, var to, var hash, _) ->
          state.checkpoint(epoch, from, to, hash);
      case ReserveBudget(var block, var amount, _) ->
          state.reserve(block, amount, rules.openBlocksMax());
      case SettleBudget(var block, var spent, _) -> state.settle(block, spent);
      case Close(var reason, _) -> state.close(reason, now());
      case Settle _, Tell _ -> SessionDecision.isSoAlready();
    };
  }

  /** Whether a move was to be over long ago, as when who moved it is no more. */
  private boolean isOverdue(SessionState state) {
    return state.whereabouts() instanceof Whereabouts.Leaving
        && clock.instant().isAfter(leavingSince.plus(rules.moveTimeout()));
  }

  private void onStored(Request request, SessionState stored, boolean isWritten) {
    knownAt = isWritten ? clock.instant() : knownAt;
    giveRoomBackBeyond(stored.context().bytes());
    switch (request) {
      case Open _, Claim _ -> feeder.follows(session, stored);
      case Close _, Release _ -> feeder.leaves(session);
      case PrepareMove _ -> leavingSince = clock.instant();
      case Observe _,
          RecordFrames _,
          ReserveBudget _,
          SettleBudget _,
          Settle _,
          Tell _,
          CancelMove _,
          HoldOffer _,
          TakeUp _,
          DiscardOffer _ -> {}
    }
    answer(stored);
  }

  private void refuseForTenant() {
    refuse(
        new SessionException(
            SessionRefusal.TENANT_CONTEXT_FULL,
            "contexts of tenant '%s' on this node: %d bytes (expected: <= %d with the new ones)"
                .formatted(tenant, tenants.bytes(tenant), tenants.bytesMax())));
  }

  /** Room for a larger context is taken before it is stored, so that it cannot be taken twice. */
  private boolean takeRoom(SessionState after) {
    tenant = after.tenant();
    var more = after.context().bytes() - contextBytes;
    if (more > 0) {
      if (!tenants.tryTake(tenant, more)) {
        return false;
      }
      contextBytes += more;
    }
    return true;
  }

  private void giveRoomBackBeyond(int bytes) {
    if (contextBytes > bytes) {
      tenants.giveBack(tenant, contextBytes - bytes);
      contextBytes = bytes;
    }
  }

  @Override
  public EventHandler<SessionState, SessionEvent> eventHandler() {
    return SessionState::on;
  }

  @Override
  public SignalHandler<SessionState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, _) -> onRecovered(state))
        .onSignal(RecoveryFailed.class, (_, failed) -> unrecovered(failed))
        .onSignal(PostStop.instance(), _ -> giveRoomBackBeyond(0))
        .build();
  }

  private void onRecovered(SessionState state) {
    leavingSince = clock.instant();
    knownAt = leavingSince;
    tenant = state.tenant();
    contextBytes = state.context().bytes();
    if (contextBytes > 0) {
      tenants.take(tenant, contextBytes);
    }
    recovered();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(rules.snapshotEvery(), rules.snapshotsKept())
        .withDeleteEventsOnSnapshot();
  }

  /** As stored: to the millisecond. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  @Override
  protected Optional<ActorRef<StatusReply<SessionState>>> replyTo(Command command) {
    return switch (command) {
      case Stop _, Settle _ -> Optional.empty();
      case Request request -> Optional.of(request.replyTo());
    };
  }

  @Override
  protected RuntimeException failure(Trouble trouble, String why) {
    return new SessionException(
        switch (trouble) {
          case BUSY -> SessionRefusal.BUSY;
          case STOPPED -> SessionRefusal.STOPPED;
          case JOURNAL_FAILED -> SessionRefusal.JOURNAL_FAILED;
          case JOURNAL_BROKEN -> SessionRefusal.JOURNAL_BROKEN;
        },
        why);
  }
}
