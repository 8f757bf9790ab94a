package dev.weft.cluster.moving;

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
import dev.weft.cluster.site.SiteName;
import dev.weft.persistence.journal.AnsweringEntity;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The durable shell of one {@link MovingState}. Every request gets exactly one answer: the state
 * after it, or a {@link MovingException}.
 */
final class MovingEntity extends AnsweringEntity<MovingEntity.Command, MovingEvent, MovingState> {

  sealed interface Command {
    ActorRef<StatusReply<MovingState>> replyTo();
  }

  /** Asks for the state. */
  record Tell(ActorRef<StatusReply<MovingState>> replyTo) implements Command {}

  /** Has the site be drained. */
  record Order(SiteName to, ActorRef<StatusReply<MovingState>> replyTo) implements Command {}

  /** Has it not be drained any more. */
  record Undo(ActorRef<StatusReply<MovingState>> replyTo) implements Command {}

  /** Notes which sessions go, and which are not away any more. */
  record Note(List<MovingEvent> events, ActorRef<StatusReply<MovingState>> replyTo)
      implements Command {

    Note {
      events = List.copyOf(events);
    }
  }

  /**
   * The kind of the entity in the journal: its persistence ids are {@code Moving|SITE/NODE} of what
   * a node keeps, and {@code Moving|SITE} of what is kept of the drained site.
   */
  static final String TYPE = "Moving";

  private static final int WAITING_MAX = 200;
  private static final int SNAPSHOT_EVERY = 500;
  private static final int SNAPSHOTS_KEPT = 2;

  private final int awayMax;
  private final InstantSource clock;

  /**
   * @param whose {@code SITE/NODE}, or {@code SITE}
   */
  static Behavior<Command> create(String whose, int awayMax, InstantSource clock) {
    return Behaviors.setup(context -> answering(new MovingEntity(whose, awayMax, clock, context)));
  }

  private MovingEntity(
      String whose, int awayMax, InstantSource clock, ActorContext<Command> context) {
    super(
        PersistenceId.of(TYPE, whose),
        "moves of %s".formatted(whose),
        Command.class,
        WAITING_MAX,
        context);
    this.awayMax = awayMax;
    this.clock = clock;
  }

  @Override
  public MovingState emptyState() {
    return MovingState.none();
  }

  @Override
  public CommandHandler<Command, MovingEvent, MovingState> commandHandler() {
    return (state, command) -> Effect().persist(events(state, command)).thenRun(this::answer);
  }

  private List<MovingEvent> events(MovingState state, Command command) {
    // As stored: to the millisecond.
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return switch (command) {
      case Tell _ -> List.of();
      case Order(var to, _) -> state.order(to, now);
      case Undo _ -> state.undo(now);
      case Note(var events, _) -> state.note(events, awayMax);
    };
  }

  @Override
  public EventHandler<MovingState, MovingEvent> eventHandler() {
    return MovingState::on;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, SNAPSHOTS_KEPT)
        .withDeleteEventsOnSnapshot();
  }

  @Override
  protected Optional<ActorRef<StatusReply<MovingState>>> replyTo(Command command) {
    return Optional.of(command.replyTo());
  }

  @Override
  protected RuntimeException failure(Trouble trouble, String why) {
    return new MovingException(why);
  }
}
