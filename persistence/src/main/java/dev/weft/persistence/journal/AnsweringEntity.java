package dev.weft.persistence.journal;

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
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An event-sourced entity that answers every request exactly once, also when too many wait, when
 * the journal fails and when it cannot be read. Akka itself drops silently what it holds back while
 * events are read or written.
 *
 * @param <C> what it is told
 * @param <E> what is stored of it
 * @param <S> its state, which is also the answer
 */
public abstract class AnsweringEntity<C, E, S> extends EventSourcedBehavior<C, E, S> {

  /** Why a request is not answered with a state. */
  public enum Trouble {
    /** Too many requests wait. */
    BUSY,
    /** It was stopped. */
    STOPPED,
    /** The journal could not be read or written. */
    JOURNAL_FAILED,
    /** What the journal has of it cannot be understood. */
    JOURNAL_BROKEN
  }

  private final String label;
  private final ActorContext<C> context;
  private final Door<C, S> door;

  /**
   * @param label for messages, such as {@code session 'x'}
   * @param commands type of what it is told
   * @param waitingMax most requests that may wait; below Akka's own stash capacity
   */
  protected AnsweringEntity(
      PersistenceId id, String label, Class<C> commands, int waitingMax, ActorContext<C> context) {
    super(id);
    this.label = label;
    this.context = context;
    this.door = new Door<>(this, commands, waitingMax);
  }

  /** The behaviour that keeps the promise; an entity must be spawned as this. */
  protected static <C, E, S> Behavior<C> answering(AnsweringEntity<C, E, S> entity) {
    return Behaviors.intercept(() -> entity.door, entity);
  }

  /** One that has more to do says {@link #recovered} and {@link #unrecovered} itself. */
  @Override
  public SignalHandler<S> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (_, _) -> recovered())
        .onSignal(RecoveryFailed.class, (_, failed) -> unrecovered(failed))
        .build();
  }

  /** Where to answer what {@code command} asks; empty if it asks nothing. */
  protected abstract Optional<ActorRef<StatusReply<S>>> replyTo(C command);

  /** What a request is answered with in place of a state. */
  protected abstract RuntimeException failure(Trouble trouble, String why);

  /** Answers the request at work with {@code state}. */
  protected final void answer(S state) {
    door.answer(StatusReply.success(state));
  }

  /** Answers the request at work with a failure. */
  protected final void refuse(RuntimeException why) {
    door.answer(StatusReply.error(why));
  }

  /** Ends the entity and answers what waits. */
  protected final Effect<E, S> stop() {
    door.failWith(Trouble.STOPPED, label + ": stopped");
    return Effect().stop();
  }

  /** To be called when the state is there again. */
  protected final void recovered() {
    door.isOpen = true;
  }

  /**
   * To be called when it will not be. Akka signals some failures twice; the first tells the most.
   */
  protected final void unrecovered(RecoveryFailed failed) {
    if (door.trouble != null) {
      return;
    }
    for (@Nullable Throwable cause = failed.getFailure(); cause != null; cause = cause.getCause()) {
      if (cause instanceof UnreadableEventException unreadable) {
        var why =
            "%s: its journal is broken: %s; to end it at the last event that can be read: %s"
                .formatted(label, unreadable.getMessage(), repair());
        context.getLog().error(why);
        door.failWith(Trouble.JOURNAL_BROKEN, why);
        return;
      }
    }
    var why = "%s: its journal could not be read: %s".formatted(label, failed.getFailure());
    context.getLog().error(why);
    door.failWith(Trouble.JOURNAL_FAILED, why);
  }

  private String repair() {
    return "./weft db repair --entity '%s'".formatted(persistenceId().id());
  }

  /** Counts the requests that came and were not answered yet, and answers them all in the end. */
  private static final class Door<C, S> extends BehaviorInterceptor<C, C> {

    private final AnsweringEntity<C, ?, S> entity;
    private final int waitingMax;
    private final Queue<ActorRef<StatusReply<S>>> waiting = new ArrayDeque<>();
    private boolean isOpen;
    private @Nullable Trouble trouble;
    private String why = "";

    Door(AnsweringEntity<C, ?, S> entity, Class<C> commands, int waitingMax) {
      super(commands);
      this.entity = entity;
      this.waitingMax = waitingMax;
    }

    @Override
    public Behavior<C> aroundReceive(
        TypedActorContext<C> context, C command, ReceiveTarget<C> target) {
      var replyTo = entity.replyTo(command);
      if (replyTo.isPresent()) {
        if (waiting.size() >= waitingMax) {
          replyTo
              .get()
              .tell(
                  failure(
                      Trouble.BUSY,
                      "%s: %d requests wait (expected: < %d)"
                          .formatted(entity.label, waiting.size(), waitingMax)));
          return Behaviors.same();
        }
        waiting.add(replyTo.get());
      }
      return target.apply(context, command);
    }

    @Override
    public Behavior<C> aroundSignal(
        TypedActorContext<C> context, Signal signal, SignalTarget<C> target) {
      var next = target.apply(context, signal);
      if (signal instanceof PostStop) {
        answerAll();
      }
      return next;
    }

    /** From now on what waits is answered so when the entity ends. */
    void failWith(Trouble because, String explanation) {
      trouble = because;
      why = explanation;
    }

    /** Answers the request that came first of those that wait, which is the one at work. */
    void answer(StatusReply<S> reply) {
      var first = waiting.poll();
      if (first != null) {
        first.tell(reply);
      }
    }

    private StatusReply<S> failure(Trouble because, String explanation) {
      return StatusReply.error(entity.failure(because, explanation));
    }

    private void answerAll() {
      if (trouble == null && isOpen) {
        answer(
            failure(
                Trouble.JOURNAL_FAILED,
                "%s: the journal failed; whether it has the request shows when the %s is back"
                    .formatted(entity.label, entity.label.split(" ", 2)[0])));
      }
      var rest = trouble == null ? Trouble.STOPPED : trouble;
      var explanation = trouble == null ? entity.label + ": stopped" : why;
      while (!waiting.isEmpty()) {
        answer(failure(rest, explanation));
      }
    }
  }
}
