package dev.weft.cluster.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The entity that keeps the record of an actor: its child, whose end is the actor's own. */
public record KeptEntity<C, S>(ActorRef<C> ref, Duration answerTimeout, ActorSystem<?> system) {

  private static final Duration RESTART_MIN = Duration.ofSeconds(1);
  private static final Duration RESTART_MAX = Duration.ofMinutes(1);
  private static final double RESTART_RANDOM_SHARE = 0.2;

  /** An actor with such a record: a journal that fails ends it, and it begins anew. */
  public static <C> Behavior<C> anew(Behavior<C> behavior) {
    return Behaviors.supervise(behavior)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(RESTART_MIN, RESTART_MAX, RESTART_RANDOM_SHARE));
  }

  /**
   * As {@link #anew(Behavior)}, for one that is told {@code tick} after a time and then regularly.
   */
  public static <C> Behavior<C> anew(
      Function<ActorContext<C>, Behavior<C>> actor, C tick, Duration first, Duration interval) {
    return anew(
        Behaviors.<C>setup(
            context ->
                Behaviors.withTimers(
                    timers -> {
                      timers.startTimerWithFixedDelay(tick, first, interval);
                      return actor.apply(context);
                    })));
  }

  /**
   * Asks an actor with such a record, whose own question to the journal may take half of the time.
   *
   * @param patience most time that takes
   * @return a copy, as {@link #ask} gives
   */
  public static <C, A> CompletableFuture<A> ask(
      ActorSystem<?> system,
      ActorRef<C> actor,
      Function<ActorRef<A>, C> question,
      Duration patience) {
    return AskPattern.<C, A>ask(
            actor, question::apply, patience.multipliedBy(2), system.scheduler())
        .toCompletableFuture()
        .copy();
  }

  public static <C, S> KeptEntity<C, S> spawn(
      ActorContext<?> context, Behavior<C> behavior, Duration answerTimeout) {
    var ref = context.spawnAnonymous(behavior);
    context.watch(ref); // Whose end ends the actor, as it does not take word of it.
    return new KeptEntity<>(ref, answerTimeout, context.getSystem());
  }

  /**
   * Of a copy, as Akka has what depends on its own run by the common pool, which others may block.
   */
  public CompletableFuture<S> ask(Function<ActorRef<StatusReply<S>>, C> command) {
    return AskPattern.<C, S>askWithStatus(ref, command::apply, answerTimeout, system.scheduler())
        .toCompletableFuture()
        .copy();
  }
}
