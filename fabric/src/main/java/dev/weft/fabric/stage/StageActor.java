package dev.weft.fabric.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.weft.fabric.lane.Displacement;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Frame;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.pipeline.Timings.Batch;
import dev.weft.fabric.stage.StageRunner.Outcome;
import dev.weft.stages.spi.AsyncStage;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a stage on one inference loop: takes runs from its lane mailbox, runs the stage on
 * the loop's thread, alone or with what waited beside it, and sends the frames on to the next
 * stages.
 *
 * <p>The loop has one thread, shared by one replica of every stage, so a frame goes from its first
 * stage to its last without a change of thread. What follows from a run is decided by {@link
 * Frame}.
 */
public final class StageActor extends AbstractOnMessageBehavior<StageActor.Command> {

  public sealed interface Command {}

  /**
   * Asks for one run of {@code step} for {@code frame}, ready since {@code readyNanos}.
   *
   * @param yields how often it has made room for urgent work
   * @param returns whether it has waited in a lane of this stage before
   */
  record Run(
      Frame frame,
      PlanStep step,
      long readyNanos,
      long bytes,
      ReplicaInlet inlet,
      int yields,
      boolean returns)
      implements Command, LaneMailbox.Laned {

    /** The same once more, after it made room. */
    Run again() {
      return new Run(frame, step, readyNanos, bytes, inlet, yields + 1, true);
    }

    /** The same for another replica. */
    Run moved() {
      return new Run(frame, step, readyNanos, bytes, inlet, yields, true);
    }

    @Override
    public Lane lane() {
      return frame.lane();
    }

    @Override
    public long deadlineNanos() {
      return frame.deadlineNanos();
    }

    @Override
    public String tenant() {
      return frame.tenant();
    }

    @Override
    public String source() {
      return frame.source();
    }

    @Override
    public boolean isUnwanted() {
      return frame.isAnswered();
    }

    @Override
    public void displaced(Displacement why) {
      switch (why) {
        case FULL, REFUSED -> frame.drop(DropReason.QUEUE_FULL, step.name());
        case SUPERSEDED -> frame.drop(DropReason.SUPERSEDED, step.name());
        case EXPIRED -> frame.drop(DropReason.DEADLINE_EXCEEDED, step.name());
        case UNWANTED -> {} // It has been answered.
      }
      // What the frame holds belongs to its loop's thread, so the rest is done there.
      inlet.letGo(frame, step);
    }

    /** Answers that this is not run, or not to its end, and lets it go. */
    void giveUp(ErrorCode code, String message) {
      frame.giveUp(code, message);
      inlet.letGo(frame, step);
    }

    @Override
    public void undelivered() {
      frame.drop(DropReason.UNLOADING, step.name());
      frame.abandoned();
    }
  }

  /** Tells that a run has ended that its loop had gone on without. */
  private record CameBack(StageRun run, List<Outcome> outcomes, long ranNanos)
      implements Command, LaneMailbox.Holding {
    @Override
    public void undelivered() {
      outcomes.forEach(Outcome::close);
      run.asked().forEach(Run::undelivered);
    }
  }

  /** Tells that a run has ended elsewhere. */
  private record Ended(StageRun run, Outcome outcome, long ranNanos)
      implements Command, LaneMailbox.Holding {
    @Override
    public void undelivered() {
      outcome.close();
      run.asked().forEach(Run::undelivered);
    }
  }

  /** Stops the actor; sent when no frame can reach it any more. */
  enum Stop implements Command {
    INSTANCE
  }

  private final Replica replica;
  private final ActorRef<Command> self;

  static Behavior<Command> create(Replica replica) {
    return Behaviors.<Command>supervise(
            Behaviors.setup(context -> new StageActor(context, replica)))
        .onFailure(SupervisorStrategy.restart());
  }

  private StageActor(ActorContext<Command> context, Replica replica) {
    super(context);
    this.replica = replica;
    this.self = context.getSelf();
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Run run -> onRunSafely(run);
      case CameBack(var run, var outcomes, var ranNanos) -> settle(run, outcomes, ranNanos);
      case Ended(var run, var outcome, var ranNanos) -> {
        replica.ended();
        settle(run, List.of(outcome), ranNanos);
      }
      case Stop _ -> {
        return Behaviors.stopped();
      }
    }
    // Not this: the supervisor around it would wrap it anew for every message.
    return Behaviors.same();
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

  private void onRun(Run first) {
    var started = replica.clock().nanos();
    if (!isWanted(first, started)) {
      return;
    }
    if (replica.breaker().isOpen(started)) {
      refuse(first, started);
      return;
    }
    replica.begun(started);
    if (replica.async().isPresent()) {
      startElsewhere(replica.async().get(), first, started);
      return;
    }
    var asked = replica.batches() ? company(first, started) : List.of(first);
    var run = new StageRun(started, asked, inputs(asked), replica::leftBehind);
    replica.loop().begin(run);
    var outcomes = outcomes(run);
    var ran = replica.clock().nanos() - started;
    if (replica.loop().end(run)) {
      settle(run, outcomes, ran);
    } else if (run.comeBack()) {
      // This is not the loop's thread any more: the frames are left to the one that is.
      self.tell(new CameBack(run, outcomes, ran));
    } else {
      run.discard(outcomes);
    }
  }

  private List<Outcome> outcomes(StageRun run) {
    try {
      return replica.run(run);
    } catch (RuntimeException e) {
      // A fault of ours: all who share the run are answered, and the loop is free again.
      Outcome failed =
          new StageRunner.Failed(ErrorCode.INTERNAL, "stage '%s': %s".formatted(replica.name(), e));
      return run.asked().stream().map(_ -> failed).toList();
    }
  }

  private void startElsewhere(AsyncStage stage, Run first, long started) {
    var asked = List.of(first);
    var run = new StageRun(started, asked, inputs(asked), replica::leftBehind);
    replica.start(
        stage,
        run,
        outcome -> self.tell(new Ended(run, outcome, replica.clock().nanos() - started)));
  }

  /** Whether {@code run} still has to be done; if not, its frame is let go. */
  private boolean isWanted(Run run, long nanos) {
    var frame = run.frame();
    if (frame.isAnswered()) {
      frame.dispatch(frame.unwanted(run.step()));
      return false;
    }
    var late = frame.lateness(replica.profile().frame().meanNanos(), nanos);
    if (late != null
        && !(late == DropReason.DEADLINE_OUT_OF_REACH && replica.mayHaveChanged(nanos))) {
      frame.dispatch(frame.late(run.step(), late));
      return false;
    }
    return true;
  }

  private void refuse(Run run, long nanos) {
    var message =
        "stage '%s': suspended after runs that never ended (tried again in %d ms)"
            .formatted(replica.name(), replica.breaker().left(nanos).toMillis());
    var times = RunTimes.alone(nanos, nanos - run.readyNanos(), 0);
    run.frame().dispatch(run.frame().failed(run.step(), ErrorCode.UNAVAILABLE, message, times));
  }

  /** {@code first} and what may share its run. */
  private List<Run> company(Run first, long nanos) {
    var asked = new ArrayList<Run>();
    asked.add(first);
    var rule = replica.newBatch(nanos, candidate(first));
    var tenant = replica.batching().mixTenants() ? null : first.tenant();
    while (!rule.isFull()) {
      var next =
          (Run)
              replica
                  .box()
                  .pollIf(
                      first.lane(),
                      tenant,
                      waiting ->
                          waiting instanceof Run run
                              && (run.frame().isAnswered() || rule.joins(candidate(run))));
      if (next == null) {
        break;
      }
      if (next.frame().isAnswered()) {
        next.frame().dispatch(next.frame().unwanted(next.step()));
      } else {
        asked.add(next);
      }
    }
    return asked;
  }

  private static BatchRule.Candidate candidate(Run run) {
    var frame = run.frame();
    return new BatchRule.Candidate(
        frame.tenant(),
        frame.privacy(),
        run.bytes(),
        frame.deadlineNanos(),
        frame.inputs(run.step()));
  }

  private static List<List<Tensor>> inputs(List<Run> asked) {
    if (asked.size() == 1) {
      return List.of(asked.getFirst().frame().inputs(asked.getFirst().step()));
    }
    return asked.stream().map(run -> run.frame().inputs(run.step())).toList();
  }

  private void settle(StageRun run, List<Outcome> outcomes, long ranNanos) {
    var asked = run.asked();
    if (run.hasYielded() && outcomes.getFirst() instanceof StageRunner.Failed) {
      self.tell(asked.getFirst().again());
      return;
    }
    if (haveRun(outcomes)) {
      // What failed or was cut short says nothing of how long runs take.
      replica.profile().ran(asked.size(), ranNanos);
    }
    for (var i = 0; i < asked.size(); i++) {
      var started = run.startedNanos();
      var queued = started - asked.get(i).readyNanos();
      try {
        var times = new RunTimes(started, queued, ranNanos, run.cpuNanos(), batch(asked, i));
        settle(asked.get(i), outcomes.get(i), times);
      } catch (RuntimeException e) {
        // A fault of ours: those who shared the run are settled all the same.
        asked.get(i).frame().broken(asked.get(i).step(), e);
        getContext().getLog().error("stage '{}': settling a run failed", replica.name(), e);
      }
    }
  }

  private static boolean haveRun(List<Outcome> outcomes) {
    for (var i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof StageRunner.Failed) {
        return false;
      }
    }
    return true;
  }

  private static void settle(Run run, Outcome outcome, RunTimes times) {
    var frame = run.frame();
    frame.dispatch(
        switch (outcome) {
          case StageRunner.Ran(var outputs) -> frame.ran(run.step(), outputs, times);
          case StageRunner.Failed(var code, var message) ->
              frame.failed(run.step(), code, message, times);
        });
  }

  private static @Nullable Batch batch(List<Run> asked, int row) {
    return asked.size() == 1
        ? null
        : new Batch(asked.stream().map(run -> run.frame().number()).toList(), row);
  }
}
