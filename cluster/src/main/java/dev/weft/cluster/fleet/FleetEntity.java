package dev.weft.cluster.fleet;

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
import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.persistence.journal.AnsweringEntity;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The durable shell of the {@link FleetState} of one region. Every request gets exactly one answer:
 * the state after it, or a {@link FleetException}.
 */
final class FleetEntity extends AnsweringEntity<FleetEntity.Command, FleetEvent, FleetState> {

  sealed interface Command {
    ActorRef<StatusReply<FleetState>> replyTo();
  }

  /** Asks for the state. */
  record Tell(ActorRef<StatusReply<FleetState>> replyTo) implements Command {}

  /** Starts a rollout; {@code variants} are those of the stage, where the region knows them. */
  record Start(
      FleetDraft draft,
      Optional<List<DeclaredVariant>> variants,
      FleetView view,
      ActorRef<StatusReply<FleetState>> replyTo)
      implements Command {}

  /** Has all nodes take the latest rollout of a stage back. */
  record RollBack(String stage, String why, ActorRef<StatusReply<FleetState>> replyTo)
      implements Command {}

  /** A node said where it stands. */
  record Report(
      String stage, NodeId node, NodeReport report, ActorRef<StatusReply<FleetState>> replyTo)
      implements Command {}

  /** Has happen what follows by itself. */
  record Advance(FleetView view, ActorRef<StatusReply<FleetState>> replyTo) implements Command {}

  /** The kind of the entity in the journal: its persistence id is {@code Fleet|SITE}. */
  static final String TYPE = "Fleet";

  private static final int WAITING_MAX = 1_000;
  private static final int SNAPSHOT_EVERY = 200;
  private static final int SNAPSHOTS_KEPT = 2;

  private final SiteName region;
  private final InstantSource clock;

  static Behavior<Command> create(SiteName region, InstantSource clock) {
    return Behaviors.setup(context -> answering(new FleetEntity(region, clock, context)));
  }

  private FleetEntity(SiteName region, InstantSource clock, ActorContext<Command> context) {
    super(
        PersistenceId.of(TYPE, region.text()),
        "rollouts of the fleet",
        Command.class,
        WAITING_MAX,
        context);
    this.region = region;
    this.clock = clock;
  }

  @Override
  public FleetState emptyState() {
    return FleetState.none();
  }

  @Override
  public CommandHandler<Command, FleetEvent, FleetState> commandHandler() {
    return (state, command) ->
        switch (decide(state, command)) {
          case FleetDecision.Accept(var events) -> Effect().persist(events).thenRun(this::answer);
          case FleetDecision.Refuse(var why) ->
              Effect().none().thenRun(_ -> refuse(new FleetException(why)));
        };
  }

  private FleetDecision decide(FleetState state, Command command) {
    // As stored: to the millisecond.
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return switch (command) {
      case Tell _ -> new FleetDecision.Accept(List.of());
      case Start(var draft, var variants, var view, _) ->
          state.start(draft, region, variants, view, now);
      case RollBack(var stage, var why, _) -> state.rollBack(stage, why, now);
      case Report(var stage, var node, var report, _) -> state.report(stage, node, report, now);
      case Advance(var view, _) -> state.advance(view, now);
    };
  }

  @Override
  public EventHandler<FleetState, FleetEvent> eventHandler() {
    return FleetState::on;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, SNAPSHOTS_KEPT);
  }

  @Override
  protected Optional<ActorRef<StatusReply<FleetState>>> replyTo(Command command) {
    return Optional.of(command.replyTo());
  }

  @Override
  protected RuntimeException failure(Trouble trouble, String why) {
    return new FleetException(why);
  }
}
