package dev.weft.fabric.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.weft.fabric.pipeline.Timed;

/**
 * The timer of what stands before a pipeline and keeps frames or inputs for a while. One timer at
 * most, set only while something waits; Akka's tick every 10 ms, so that it may wait that much
 * longer. When the actor ends, what it is for is closed.
 */
final class TimerActor extends AbstractOnMessageBehavior<TimerActor.Command> {

  sealed interface Command {}

  private enum Expire implements Command {
    INSTANCE
  }

  private final Timed door;
  private final Runnable close;
  private final TimerScheduler<Command> timers;

  static Behavior<Command> create(Timed door, Runnable close) {
    return Behaviors.<Command>supervise(
            Behaviors.setup(
                context ->
                    Behaviors.withTimers(timers -> new TimerActor(context, door, close, timers))))
        .onFailure(SupervisorStrategy.restart());
  }

  private TimerActor(
      ActorContext<Command> context, Timed door, Runnable close, TimerScheduler<Command> timers) {
    super(context);
    this.door = door;
    this.close = close;
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
      close.run();
    }
    return this;
  }
}
