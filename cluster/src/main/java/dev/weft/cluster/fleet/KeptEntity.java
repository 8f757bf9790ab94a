package dev.weft.cluster.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The entity that keeps the record of an actor: its child, whose end is the actor's own. */
public record KeptEntity<C, S>(ActorRef<C> ref, Duration answerTimeout, ActorSystem<?> system) {

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
