package dev.weft.fabric.sequence;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;

/**
 * The timer of one pipeline's sequences: wakes their door when a step that waits is late or a
 * sequence has been idle for too long. One timer at most; Akka's tick every 10 ms. When the actor
 * ends, the door is closed.
 */
public final class SequenceActor extends AbstractOnMessageBehavior<SequenceActor.Command> {

  public sealed interface Command {}

  private enum Expire implements Command {
    INSTANCE
  }

  private final SequenceDoor door;
  private final TimerScheduler<Command> timers;

  public static Behavior<Command> create(SequenceDoor door) {
    return Behaviors.<Command>supervise(
            Behaviors.setup(
                context ->
                    Behaviors.withTimers(timers -> new SequenceActor(context, door, timers))))
        .onFailure(SupervisorStrategy.restart());
  }

  private SequenceActor(
      ActorContext<Command> context, SequenceDoor door, TimerScheduler<Command> timers) {
    super(context);
    this.door = door;
    this.timers = timers;
    var self = context.getSelf();
    door.onDue(() -> self.tell(Expire.INSTANCE));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Expire _ ->
          door.expire().ifPresent(next -> timers.startSingleTimer(Expire.INSTANCE, next));
    }
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      var _ = door.close();
    }
    return this;
  }
}
