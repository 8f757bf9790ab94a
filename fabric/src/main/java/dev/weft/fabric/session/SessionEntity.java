package dev.weft.fabric.session;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.RecoveryFailed;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import dev.weft.persistence.journal.UnreadableEventException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The durable shell of one {@link SessionState}: asks it what to do, stores the events it answers
 * with, and only then says so. It waits for the journal and for nothing else.
 *
 * <p>Every request that reaches the entity gets exactly one answer, also when too many wait, when
 * the journal fails and when it cannot be read: the state after it, or a {@link SessionException}.
 */
public final class SessionEntity
    extends EventSourcedBehavior<SessionEntity.Command, SessionEvent, SessionState> {

  public sealed interface Command {}

  /** What is asked of the session and answered. */
  public sealed interface Request extends Command {
    ActorRef<StatusReply<SessionState>> replyTo();
  }

  /** Makes the session, or takes it over in a higher epoch. */
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

  /** Stops the entity after the requests before it; its session goes on when it starts again. */
  public enum Stop implements Command {
    INSTANCE
  }

  /** The kind of the entity in the journal: its persistence ids are {@code Session|ID}. */
  public static final String TYPE = "Session";

  private final String sessionId;
  private final SignalSchema schema;
  private final SessionRules rules;
  private final TenantContexts tenants;
  private final InstantSource clock;
  private final ActorContext<Command> context;
  private final Door door;
  private String tenant = "";
  private int contextBytes;

  /**
   * @param tenants what the sessions of this node share
   */
  public static Behavior<Command> create(
      String sessionId,
      SignalSchema schema,
      SessionRules rules,
      TenantContexts tenants,
      InstantSource clock) {
    return Behaviors.setup(
        context -> {
          var door = new Door(sessionId, rules.waitingMax());
          var entity = new SessionEntity(sessionId, schema, rules, tenants, clock, context, door);
          return Behaviors.intercept(() -> door, entity);
        });
  }

  private SessionEntity(
      String sessionId,
      SignalSchema schema,
      SessionRules rules,
      TenantContexts tenants,
      InstantSource clock,
      ActorContext<Command> context,
      Door door) {
    super(PersistenceId.of(TYPE, sessionId));
    this.sessionId = sessionId;
    this.schema = schema;
    this.rules = rules;
    this.tenants = tenants;
    this.clock = clock;
    this.context = context;
    this.door = door;
  }

  @Override
  public SessionState emptyState() {
    return SessionState.none();
  }

  @Override
  public CommandHandler<Command, SessionEvent, SessionState> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Stop _ -> {
            door.failWith(SessionRefusal.STOPPED, "session '%s': stopped".formatted(sessionId));
            yield Effect().stop();
          }
          case Request request -> onRequest(state, request);
        };
  }

  private Effect<SessionEvent, SessionState> onRequest(SessionState state, Request request) {
    var decision =
        switch (request) {
          case Open(var byTenant, var epoch, var budget, _) ->
              state.open(byTenant, epoch, budget, now());
          case Observe(var told, _) -> state.observe(told, schema, rules.contextBytesMax(), now());
          case RecordFrames(var epoch, var from, var to, var hash, _) ->
              state.checkpoint(epoch, from, to, hash);
          case ReserveBudget(var block, var amount, _) ->
              state.reserve(block, amount, rules.openBlocksMax());
          case SettleBudget(var block, var spent, _) -> state.settle(block, spent);
          case Close(var reason, _) -> state.close(reason, now());
          case Tell _ -> SessionDecision.isSoAlready();
        };
    return switch (decision) {
      case SessionDecision.Accept(var events) -> {
        var after = events.stream().reduce(state, SessionState::on, (_, last) -> last);
        yield takeRoom(after)
            ? Effect().persist(events).thenRun(stored -> onStored(stored))
            : Effect().none().thenRun(_ -> refuseForTenant());
      }
      case SessionDecision.Refuse(var refusal, var why) ->
          Effect().none().thenRun(_ -> door.answer(failure(refusal, why)));
    };
  }

  private void onStored(SessionState stored) {
    giveRoomBackBeyond(stored.context().bytes());
    door.answer(StatusReply.success(stored));
  }

  private void refuseForTenant() {
    door.answer(
        failure(
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
        .onSignal(RecoveryFailed.class, (_, failed) -> onUnrecovered(failed.getFailure()))
        .onSignal(PostStop.instance(), _ -> giveRoomBackBeyond(0))
        .build();
  }

  private void onRecovered(SessionState state) {
    tenant = state.tenant();
    contextBytes = state.context().bytes();
    if (contextBytes > 0) {
      tenants.take(tenant, contextBytes);
    }
    door.open();
  }

  /** Akka signals some failures twice; the first tells the most. */
  private void onUnrecovered(Throwable thrown) {
    if (door.isFailed()) {
      return;
    }
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnreadableEventException unreadable) {
        var why =
            "session '%s': its journal is broken: %s; to end it at the last event that can be read: %s"
                .formatted(sessionId, unreadable.getMessage(), repair());
        context.getLog().error(why);
        door.failWith(SessionRefusal.JOURNAL_BROKEN, why);
        return;
      }
    }
    var why = "session '%s': its journal could not be read: %s".formatted(sessionId, thrown);
    context.getLog().error(why);
    door.failWith(SessionRefusal.JOURNAL_FAILED, why);
  }

  private String repair() {
    return "./weft db repair --entity '%s'".formatted(persistenceId().id());
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

  private static StatusReply<SessionState> failure(SessionRefusal refusal, String why) {
    return StatusReply.error(new SessionException(refusal, why));
  }

  /**
   * Counts the requests that came and were not answered yet, refuses those too many, and answers
   * them all when the entity ends. Akka itself drops silently what it holds back while events are
   * read or written.
   */
  private static final class Door extends BehaviorInterceptor<Command, Command> {

    private final String sessionId;
    private final int waitingMax;
    private final Queue<ActorRef<StatusReply<SessionState>>> waiting = new ArrayDeque<>();
    private boolean isOpen;
    private @Nullable SessionRefusal refusal;
    private String why = "";

    Door(String sessionId, int waitingMax) {
      super(Command.class);
      this.sessionId = sessionId;
      this.waitingMax = waitingMax;
    }

    @Override
    public Behavior<Command> aroundReceive(
        TypedActorContext<Command> context, Command command, ReceiveTarget<Command> target) {
      if (command instanceof Request request) {
        if (waiting.size() >= waitingMax) {
          request
              .replyTo()
              .tell(
                  failure(
                      SessionRefusal.BUSY,
                      "session '%s': %d requests wait (expected: < %d)"
                          .formatted(sessionId, waiting.size(), waitingMax)));
          return Behaviors.same();
        }
        waiting.add(request.replyTo());
      }
      return target.apply(context, command);
    }

    @Override
    public Behavior<Command> aroundSignal(
        TypedActorContext<Command> context, Signal signal, SignalTarget<Command> target) {
      var next = target.apply(context, signal);
      if (signal instanceof PostStop) {
        answerAll();
      }
      return next;
    }

    void open() {
      isOpen = true;
    }

    /** From now on what waits is answered so when the entity ends. */
    void failWith(SessionRefusal because, String explanation) {
      refusal = because;
      why = explanation;
    }

    boolean isFailed() {
      return refusal != null;
    }

    /** Answers the request that came first of those that wait, which is the one at work. */
    void answer(StatusReply<SessionState> reply) {
      var first = waiting.poll();
      if (first != null) {
        first.tell(reply);
      }
    }

    private void answerAll() {
      if (refusal == null && isOpen) {
        answer(
            failure(
                SessionRefusal.JOURNAL_FAILED,
                "session '%s': the journal failed; whether it has the request shows when the session is back"
                    .formatted(sessionId)));
      }
      var rest = refusal == null ? SessionRefusal.STOPPED : refusal;
      var explanation = refusal == null ? "session '%s': stopped".formatted(sessionId) : why;
      while (!waiting.isEmpty()) {
        answer(failure(rest, explanation));
      }
    }
  }
}
