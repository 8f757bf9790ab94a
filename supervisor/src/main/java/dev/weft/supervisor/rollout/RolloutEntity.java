package dev.weft.supervisor.rollout;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.RetentionCriteria;
import dev.weft.persistence.journal.AnsweringEntity;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The durable shell of the {@link RolloutState} of one stage: asks it what to do, stores the events
 * it answers with, and only then says so. Every request gets exactly one answer: the state after
 * it, or a {@link RolloutException}.
 */
public final class RolloutEntity
    extends AnsweringEntity<RolloutEntity.Command, RolloutEvent, RolloutState> {

  public sealed interface Command {}

  /** What is asked and answered. */
  public sealed interface Request extends Command {
    ActorRef<StatusReply<RolloutState>> replyTo();
  }

  /** Rolls a candidate out beside {@code stable}, which runs now. */
  public record Start(RolloutPlan plan, String stable, ActorRef<StatusReply<RolloutState>> replyTo)
      implements Request {}

  /** A controller takes charge. */
  public record Take(long epoch, ActorRef<StatusReply<RolloutState>> replyTo) implements Request {}

  /** The controller is about to load the second variant. */
  public record NoteLoading(long epoch, ActorRef<StatusReply<RolloutState>> replyTo)
      implements Request {}

  /** It is loaded and has run. */
  public record NoteLoaded(long epoch, ActorRef<StatusReply<RolloutState>> replyTo)
      implements Request {}

  /** The controller began anew, and has lost what an attempt gathered. */
  public record NoteLost(long epoch, int attempt, ActorRef<StatusReply<RolloutState>> replyTo)
      implements Request {}

  /** It cannot be loaded. */
  public record NoteNotLoadable(long epoch, String why, ActorRef<StatusReply<RolloutState>> replyTo)
      implements Request {}

  /** The analysis of a step says something. */
  public record Judge(
      long epoch,
      int step,
      int attempt,
      Judgement judgement,
      ActorRef<StatusReply<RolloutState>> replyTo)
      implements Request {}

  /** The watch over what was promoted says something. */
  public record JudgeWatch(
      long epoch, Judgement judgement, ActorRef<StatusReply<RolloutState>> replyTo)
      implements Request {}

  /** Stays at the present step. */
  public record Pause(String why, ActorRef<StatusReply<RolloutState>> replyTo) implements Request {}

  /** Goes on. */
  public record Resume(ActorRef<StatusReply<RolloutState>> replyTo) implements Request {}

  /** Takes the candidate back. */
  public record Abort(String why, ActorRef<StatusReply<RolloutState>> replyTo) implements Request {}

  /** Brings back what the last rollout replaced, though that may be over. */
  public record Undo(String why, ActorRef<StatusReply<RolloutState>> replyTo) implements Request {}

  /** Puts the candidate in place at once; {@code risk} says why without the evidence. */
  public record Promote(String risk, ActorRef<StatusReply<RolloutState>> replyTo)
      implements Request {}

  /** Lets a denied candidate be tried again. */
  public record LiftDenial(String digest, String why, ActorRef<StatusReply<RolloutState>> replyTo)
      implements Request {}

  /** Stops the entity after the requests before it. */
  public enum Stop implements Command {
    INSTANCE
  }

  /**
   * The kind of the entity in the journal: its persistence ids are {@code Rollout|STAGE}, or {@code
   * Rollout|KEEPER/STAGE} where several nodes share a journal.
   */
  public static final String TYPE = "Rollout";

  private static final int WAITING_MAX = 32;
  private static final int SNAPSHOT_EVERY = 100;
  private static final int SNAPSHOTS_KEPT = 2;

  private final InstantSource clock;
  private final BiConsumer<List<RolloutEvent>, RolloutState> stored;

  /**
   * @param id what it is called in the journal
   * @param stored is told of events when they are durable, in order, with the state after them, on
   *     the entity's thread; it must not wait
   */
  public static Behavior<Command> create(
      String stage,
      String id,
      InstantSource clock,
      BiConsumer<List<RolloutEvent>, RolloutState> stored) {
    return Behaviors.setup(
        context -> answering(new RolloutEntity(stage, id, clock, stored, context)));
  }

  private RolloutEntity(
      String stage,
      String id,
      InstantSource clock,
      BiConsumer<List<RolloutEvent>, RolloutState> stored,
      ActorContext<Command> context) {
    super(
        PersistenceId.of(TYPE, id),
        "rollout of stage '%s'".formatted(stage),
        Command.class,
        WAITING_MAX,
        context);
    this.clock = clock;
    this.stored = stored;
  }

  @Override
  public RolloutState emptyState() {
    return RolloutState.none();
  }

  @Override
  public CommandHandler<Command, RolloutEvent, RolloutState> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Stop _ -> stop();
          case Request request -> onRequest(state, request);
        };
  }

  private Effect<RolloutEvent, RolloutState> onRequest(RolloutState state, Request request) {
    return switch (decide(state, request, now())) {
      case RolloutDecision.Accept(var events) ->
          Effect()
              .persist(events)
              .thenRun(
                  after -> {
                    if (!events.isEmpty()) {
                      stored.accept(events, after);
                    }
                    answer(after);
                  });
      case RolloutDecision.Refuse(var refusal, var why) ->
          Effect().none().thenRun(_ -> refuse(new RolloutException(refusal, why)));
    };
  }

  private static RolloutDecision decide(RolloutState state, Request request, Instant now) {
    return switch (request) {
      case Start(var plan, var stable, _) -> state.start(plan, stable, now);
      case Take(var epoch, _) -> state.take(epoch, now);
      case NoteLoading(var epoch, _) -> state.loading(epoch, now);
      case NoteLoaded(var epoch, _) -> state.loaded(epoch, now);
      case NoteLost(var epoch, var attempt, _) -> state.lost(epoch, attempt, now);
      case NoteNotLoadable(var epoch, var why, _) -> state.notLoadable(epoch, why, now);
      case Judge(var epoch, var step, var attempt, var judgement, _) ->
          state.judge(epoch, step, attempt, judgement, now);
      case JudgeWatch(var epoch, var judgement, _) -> state.watched(epoch, judgement, now);
      case Pause(var why, _) -> state.pause(why, now);
      case Resume _ -> state.resume(now);
      case Abort(var why, _) -> state.abort(why, now);
      case Undo(var why, _) -> state.undo(why, now);
      case Promote(var risk, _) -> state.promote(risk, now);
      case LiftDenial(var digest, var why, _) -> state.lift(digest, why, now);
    };
  }

  @Override
  public EventHandler<RolloutState, RolloutEvent> eventHandler() {
    return RolloutState::on;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, SNAPSHOTS_KEPT);
  }

  @Override
  protected Optional<ActorRef<StatusReply<RolloutState>>> replyTo(Command command) {
    return command instanceof Request request ? Optional.of(request.replyTo()) : Optional.empty();
  }

  @Override
  protected RuntimeException failure(Trouble trouble, String why) {
    return new RolloutException(
        switch (trouble) {
          case BUSY -> RolloutRefusal.BUSY;
          case STOPPED -> RolloutRefusal.STOPPED;
          case JOURNAL_FAILED, JOURNAL_BROKEN -> RolloutRefusal.JOURNAL_FAILED;
        },
        why);
  }

  /** As stored: to the millisecond. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
