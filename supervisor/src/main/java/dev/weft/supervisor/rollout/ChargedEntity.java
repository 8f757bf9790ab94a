package dev.weft.supervisor.rollout;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import dev.weft.fabric.problem.Cause;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The entity of a stage as its controller has it: takes charge of it, tells it one word at a time,
 * and begins it anew when the journal has failed. Confined to the controller.
 */
final class ChargedEntity {

  private static final Duration REVIVE_AFTER = Duration.ofSeconds(1);

  private final ActorContext<RolloutActor.Command> controller;
  private final RolloutActor.Setup setup;
  private ActorRef<RolloutEntity.Command> entity;
  private boolean isDown;
  private boolean isTaking;
  private boolean isTelling;

  ChargedEntity(ActorContext<RolloutActor.Command> controller, RolloutActor.Setup setup) {
    this.controller = controller;
    this.setup = setup;
    this.entity = spawned();
    take();
  }

  private ActorRef<RolloutEntity.Command> spawned() {
    var self = controller.getSelf();
    var spawned =
        controller.spawnAnonymous(
            RolloutEntity.create(
                setup.stage(),
                setup.id(),
                setup.clock(),
                (events, after) -> self.tell(new RolloutActor.Happened(events, after))));
    controller.watchWith(spawned, RolloutActor.EntityEnded.INSTANCE);
    return spawned;
  }

  /** Has the entity answer what somebody else asks. */
  void pass(RolloutEntity.Request request) {
    if (isDown) {
      var why = "the journal failed; it is tried again";
      request
          .replyTo()
          .tell(StatusReply.error(new RolloutException(RolloutRefusal.JOURNAL_FAILED, why)));
    } else {
      entity.tell(request);
    }
  }

  /** Asks to be in charge, unless that is asked for already; {@link #took} follows. */
  void take() {
    if (!isDown && !isTaking) {
      isTaking = true;
      ask(replyTo -> new RolloutEntity.Take(setup.epoch(), replyTo), RolloutActor.Took::new);
    }
  }

  void took() {
    isTaking = false;
  }

  /** Tells it, unless something else is being told: the next look comes soon. */
  void tell(Conduct.Word word) {
    if (isDown || isTelling) {
      return;
    }
    isTelling = true;
    var epoch = setup.epoch();
    ask(
        replyTo ->
            switch (word) {
              case Conduct.Step(var step, var attempt, var said) ->
                  new RolloutEntity.Judge(epoch, step, attempt, said, replyTo);
              case Conduct.Watched(var said) -> new RolloutEntity.JudgeWatch(epoch, said, replyTo);
              case Conduct.Loading _ -> new RolloutEntity.NoteLoading(epoch, replyTo);
              case Conduct.Loaded _ -> new RolloutEntity.NoteLoaded(epoch, replyTo);
              case Conduct.NotLoadable(var why) ->
                  new RolloutEntity.NoteNotLoadable(epoch, why, replyTo);
              case Conduct.Lost(var attempt) -> new RolloutEntity.NoteLost(epoch, attempt, replyTo);
            },
        RolloutActor.Answered::new);
  }

  void answered() {
    isTelling = false;
  }

  /** The entity has ended, as it does when the journal fails. */
  void ended() {
    isDown = true;
    isTaking = false;
    isTelling = false;
    controller.scheduleOnce(REVIVE_AFTER, controller.getSelf(), RolloutActor.Revive.INSTANCE);
  }

  void revive() {
    isDown = false;
    entity = spawned();
    take();
  }

  private void ask(
      Function<ActorRef<StatusReply<RolloutState>>, RolloutEntity.Request> request,
      BiFunction<@Nullable RolloutState, @Nullable Throwable, RolloutActor.Command> answered) {
    // Of a copy, as Akka has what depends on its own run by the common pool, which others may
    // block.
    var answer =
        AskPattern.<RolloutEntity.Command, RolloutState>askWithStatus(
                entity, request::apply, setup.patience(), controller.getSystem().scheduler())
            .toCompletableFuture()
            .copy();
    controller.pipeToSelf(
        answer,
        (state, problem) -> answered.apply(state, problem == null ? null : Cause.of(problem)));
  }
}
