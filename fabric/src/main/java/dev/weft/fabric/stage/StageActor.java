package dev.weft.fabric.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.Frame;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.StageInlet;

/**
 * One replica of a stage on one inference loop: takes runs from its lane mailbox, runs the stage on
 * its own thread, and sends the frame on to the next stages.
 *
 * <p>The loop's dispatcher has one thread, shared by one replica of every stage, so a frame goes
 * from its first stage to its last without a change of thread. What follows from a run is decided
 * by {@link Frame}.
 */
public final class StageActor extends AbstractOnMessageBehavior<StageActor.Command> {

  public sealed interface Command {}

  /** Asks for one run of {@code step} for {@code frame}, ready since {@code readyNanos}. */
  record Run(Frame frame, PlanStep step, long readyNanos) implements Command, LaneMailbox.Laned {
    @Override
    public Lane lane() {
      return frame.lane();
    }

    @Override
    public Object displaced() {
      frame.drop(DropReason.QUEUE_FULL, step.name());
      return new Displaced(frame);
    }

    @Override
    public void undelivered() {
      frame.drop(DropReason.UNLOADING, step.name());
      frame.abandoned();
    }
  }

  /** Tells that a run of an already answered frame has left the mailbox. */
  private record Displaced(Frame frame) implements Command {}

  /** Stops the actor; sent when no frame can reach it any more. */
  enum Stop implements Command {
    INSTANCE
  }

  private final StageRunner runner;
  private final FabricClock clock;

  static Behavior<Command> create(StageRunner runner, FabricClock clock) {
    return Behaviors.<Command>supervise(
            Behaviors.setup(context -> new StageActor(context, runner, clock)))
        .onFailure(SupervisorStrategy.restart());
  }

  /** The way into {@code replica}. */
  static StageInlet inlet(ActorRef<Command> replica) {
    return (frame, step, nanos) -> replica.tell(new Run(frame, step, nanos));
  }

  private StageActor(ActorContext<Command> context, StageRunner runner, FabricClock clock) {
    super(context);
    this.runner = runner;
    this.clock = clock;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Run run -> onRunSafely(run);
      case Displaced(var frame) -> frame.dispatch(frame.abandoned());
      case Stop _ -> {
        return Behaviors.stopped();
      }
    }
    return this;
  }

  private void onRunSafely(Run run) {
    try {
      onRun(run);
    } catch (RuntimeException e) {
      // A fault of ours: the frame is still answered, and the supervisor restarts the replica.
      run.frame().broken(run.step(), e);
      throw e;
    }
  }

  private void onRun(Run run) {
    var frame = run.frame();
    if (frame.isAnswered()) {
      frame.dispatch(frame.abandoned());
      return;
    }
    var started = clock.nanos();
    if (frame.isExpired(started)) {
      frame.dispatch(frame.expired(run.step()));
      return;
    }
    var outcome = runner.run(frame, frame.inputs(run.step()));
    var queued = started - run.readyNanos();
    var ran = clock.nanos() - started;
    frame.dispatch(
        switch (outcome) {
          case StageRunner.Ran(var outputs) -> frame.ran(run.step(), outputs, queued, ran);
          case StageRunner.Failed(var code, var message) ->
              frame.failed(run.step(), code, message, queued, ran);
        });
  }
}
