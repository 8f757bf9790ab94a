package dev.weft.fabric.pairing;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;

/**
 * The timer of one pairing: wakes it when the input that came first has waited for the lateness.
 *
 * <p>One timer at most, set only while something waits. Akka's timers tick every 10 ms, so an input
 * may wait that much longer than the lateness. When the actor ends, the pairing is closed.
 */
public final class PairingActor extends AbstractOnMessageBehavior<PairingActor.Command> {

  public sealed interface Command {}

  private enum Expire implements Command {
    INSTANCE
  }

  private final PairingDoor pairing;
  private final TimerScheduler<Command> timers;

  public static Behavior<Command> create(PairingDoor pairing) {
    return Behaviors.<Command>supervise(
            Behaviors.setup(
                context ->
                    Behaviors.withTimers(timers -> new PairingActor(context, pairing, timers))))
        .onFailure(SupervisorStrategy.restart());
  }

  private PairingActor(
      ActorContext<Command> context, PairingDoor pairing, TimerScheduler<Command> timers) {
    super(context);
    this.pairing = pairing;
    this.timers = timers;
    var self = context.getSelf();
    pairing.onWaiting(() -> self.tell(Expire.INSTANCE));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Expire _ ->
          pairing.expire().ifPresent(next -> timers.startSingleTimer(Expire.INSTANCE, next));
    }
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      pairing.close();
    }
    return this;
  }
}
