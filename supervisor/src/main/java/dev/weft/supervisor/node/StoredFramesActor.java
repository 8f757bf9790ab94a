package dev.weft.supervisor.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.weft.fabric.pipeline.Rerun;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.rollout.Analysis;
import dev.weft.supervisor.rollout.StoredFrames;
import dev.weft.supervisor.rollout.StoredRun;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs recorded frames of one stage again while a rollout wants them, one at a time and in the
 * shadow, and none while load has that lane wait. Reads from disk: runs on a dispatcher for that.
 */
final class StoredFramesActor extends AbstractOnMessageBehavior<StoredFramesActor.Command> {

  sealed interface Command {}

  /**
   * What is wanted from now on; the same again changes nothing.
   *
   * @param frames empty to let go of the trace
   */
  record Want(Optional<StoredFrames> frames) implements Command {}

  private enum GoOn implements Command {
    INSTANCE
  }

  /** Records looked at before what was sent meanwhile is heard. */
  private static final int LOOKS_MAX = 64;

  private final Recordings recordings;
  private final String stage;
  private @Nullable StoredFrames wanted;
  private @Nullable StoredReader reader;
  private boolean isBusy;
  private boolean isOver;

  static Behavior<Command> create(Recordings recordings, String stage) {
    return Behaviors.setup(context -> new StoredFramesActor(context, recordings, stage));
  }

  private StoredFramesActor(ActorContext<Command> context, Recordings recordings, String stage) {
    super(context);
    this.recordings = recordings;
    this.stage = stage;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Want(var frames) -> onWant(frames.orElse(null));
      case GoOn _ -> isBusy = false;
    }
    goOn();
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      letGo();
    }
    return this;
  }

  private void onWant(@Nullable StoredFrames next) {
    var before = wanted;
    wanted = next;
    if (before == null || next == null || !next.isOfSame(before)) {
      letGo();
      isOver = false;
    }
  }

  private void goOn() {
    var now = wanted;
    if (now == null || !now.isNow() || recordings.isPaused().getAsBoolean()) {
      return;
    }
    for (var i = 0; i < LOOKS_MAX && !isBusy && !isOver; i++) {
      look(now);
    }
    if (!isBusy && !isOver) {
      isBusy = true;
      getContext().getSelf().tell(GoOn.INSTANCE);
    }
  }

  private void look(StoredFrames now) {
    switch (found(now)) {
      case StoredReader.Frame frame -> run(frame, now.told());
      case StoredReader.NotUsed(var why) -> now.told().on(new StoredRun.NotUsed(why));
      case StoredReader.Aside _ -> {}
      case StoredReader.End(var why) -> {
        now.told().on(new StoredRun.NoMore(why));
        isOver = true;
        letGo();
      }
    }
  }

  private StoredReader.Found found(StoredFrames now) {
    try {
      var open = reader;
      if (open == null) {
        open = new StoredReader(recordings, stage, now.before());
        reader = open;
      }
      return open.next();
    } catch (RuntimeException e) {
      getContext().getLog().warn("stage '{}': recorded frames cannot be read", stage, e);
      return new StoredReader.End("recorded frames cannot be read: " + e.getMessage());
    }
  }

  private void run(StoredReader.Frame frame, Analysis told) {
    var self = getContext().getSelf();
    isBusy = true;
    frame
        .pipeline()
        .rerun(frame.step(), frame.reference().number(), frame.request())
        .whenComplete(
            (rerun, problem) -> {
              try (var ended = rerun) {
                tell(told, frame.reference(), ended, problem);
              } finally {
                self.tell(GoOn.INSTANCE);
              }
            });
  }

  private static void tell(
      Analysis told, FrameReference frame, @Nullable Rerun rerun, @Nullable Throwable problem) {
    switch (rerun) {
      case null -> told.on(new StoredRun.NotUsed("it could not be run: " + problem));
      case Rerun.Compared(var stable, var candidate, var stableTimes, var candidateTimes) ->
          told.on(new StoredRun.Compared(frame, stable, candidate, stableTimes, candidateTimes));
      case Rerun.Failed(var code, var message) ->
          told.on(new StoredRun.Failed(frame, code, message));
      case Rerun.NotRun(var why) -> told.on(new StoredRun.NotUsed(why));
    }
  }

  private void letGo() {
    var open = reader;
    reader = null;
    if (open != null) {
      open.close();
    }
  }
}
