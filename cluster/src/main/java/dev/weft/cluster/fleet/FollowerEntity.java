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
import dev.weft.cluster.site.NodeId;
import dev.weft.persistence.journal.AnsweringEntity;
import java.util.Optional;

/**
 * The durable shell of the {@link FollowerState} of one node. Every request gets exactly one
 * answer: the state after it, or a {@link FleetException}.
 */
final class FollowerEntity
    extends AnsweringEntity<FollowerEntity.Command, FollowerEvent, FollowerState> {

  sealed interface Command {
    ActorRef<StatusReply<FollowerState>> replyTo();
  }

  /** Asks for the state. */
  record Tell(ActorRef<StatusReply<FollowerState>> replyTo) implements Command {}

  /** Takes an instruction, unless a later one was taken; as {@link FollowerState#take}. */
  record Take(Instruction instruction, long number, ActorRef<StatusReply<FollowerState>> replyTo)
      implements Command {}

  /** The kind of the entity in the journal: its persistence ids are {@code Follower|SITE/NODE}. */
  static final String TYPE = "Follower";

  private static final int WAITING_MAX = 100;
  private static final int SNAPSHOT_EVERY = 100;
  private static final int SNAPSHOTS_KEPT = 2;

  static Behavior<Command> create(NodeId node) {
    return Behaviors.setup(context -> answering(new FollowerEntity(node, context)));
  }

  private FollowerEntity(NodeId node, ActorContext<Command> context) {
    super(
        PersistenceId.of(TYPE, node.toString()),
        "follower %s".formatted(node),
        Command.class,
        WAITING_MAX,
        context);
  }

  @Override
  public FollowerState emptyState() {
    return FollowerState.none();
  }

  @Override
  public CommandHandler<Command, FollowerEvent, FollowerState> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Tell _ -> Effect().none().thenRun(this::answer);
          case Take(var instruction, var number, _) ->
              Effect()
                  .persist(state.take(instruction, number).stream().toList())
                  .thenRun(this::answer);
        };
  }

  @Override
  public EventHandler<FollowerState, FollowerEvent> eventHandler() {
    return FollowerState::on;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, SNAPSHOTS_KEPT);
  }

  @Override
  protected Optional<ActorRef<StatusReply<FollowerState>>> replyTo(Command command) {
    return Optional.of(command.replyTo());
  }

  @Override
  protected RuntimeException failure(Trouble trouble, String why) {
    return new FleetException(why);
  }
}
