package dev.weft.fabric.stage;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Frame;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.StageInlet;
import dev.weft.stages.spi.ErrorCode;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way into the replica that serves one stage on one loop; stays when the replica is replaced.
 */
final class ReplicaInlet implements StageInlet {

  private record Target(Replica replica, Consumer<StageActor.Command> teller) {}

  private volatile Target target;
  private volatile @Nullable String outOfService;

  /**
   * @param teller sends to the replica's actor
   */
  ReplicaInlet(Replica replica, Consumer<StageActor.Command> teller) {
    this.target = new Target(replica, teller);
  }

  Replica replica() {
    return target.replica();
  }

  /** Leads to another replica from now on, and brings it what waits before the present one. */
  void leadTo(Replica replica, Consumer<StageActor.Command> teller) {
    var before = target;
    target = new Target(replica, teller);
    outOfService = null;
    bringFrom(before);
  }

  /** Fails what waits, and what comes until this leads to another replica. */
  void refuse(String why) {
    outOfService = why;
    failWaiting(target, why);
  }

  private static void failWaiting(Target at, String why) {
    var box = at.replica().box();
    for (var run = box.poll(); run != null; run = box.poll()) {
      ((StageActor.Run) run).giveUp(ErrorCode.UNAVAILABLE, why);
    }
  }

  private void bringFrom(Target before) {
    var box = before.replica().box();
    for (var run = box.poll(); run != null; run = box.poll()) {
      target.teller().accept(((StageActor.Run) run).moved());
    }
  }

  /**
   * Lets go of the pending run of {@code step} of {@code frame}, which has been answered, on the
   * loop's thread; not by way of the replica, which may be at a run that never ends.
   */
  void letGo(Frame frame, PlanStep step) {
    try {
      target.replica().loop().execute(() -> frame.dispatch(frame.unwanted(step)));
    } catch (RejectedExecutionException e) {
      // The loop has ended, so nobody else is at the frame.
      frame.unwanted(step);
    }
  }

  @Override
  public void offer(Frame frame, PlanStep step, long nanos) {
    var to = target;
    var inputs = frame.inputs(step);
    var bytes = 0L;
    for (var i = 0; i < inputs.size(); i++) {
      bytes += inputs.get(i).byteSize();
    }
    to.teller().accept(new StageActor.Run(frame, step, nanos, bytes, this, 0, false));
    var why = outOfService;
    if (target != to) {
      bringFrom(to);
    } else if (why != null) {
      failWaiting(to, why);
    }
    to.replica().loop().arrived(frame.lane());
  }

  @Override
  public double fill(Lane lane) {
    return target.replica().box().fill(lane);
  }

  @Override
  public int waiting(Lane lane) {
    return target.replica().box().size(lane);
  }
}
