package dev.weft.fabric.stage;

import dev.weft.fabric.loop.RunTicket;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.stage.StageRunner.Outcome;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** One run of a stage: what was asked for, and the inputs it has borrowed until it ends. */
final class StageRun extends RunTicket {

  /** Times that a run in the background makes room before it is done to its end. */
  static final int YIELDS_MAX = 8;

  private final List<StageActor.Run> asked;
  private final List<List<Tensor>> inputs;
  private final ObjLongConsumer<StageRun> whenLeftBehind;
  private final @Nullable YieldingContext yielding;
  private long cpuNanos = RunTimes.NOT_MEASURED;

  /**
   * @param inputs of each that was asked for
   * @param whenLeftBehind is told how long it had run, in nanoseconds
   */
  StageRun(
      long startedNanos,
      List<StageActor.Run> asked,
      List<List<Tensor>> inputs,
      ObjLongConsumer<StageRun> whenLeftBehind) {
    super(startedNanos);
    this.asked = asked;
    this.inputs = inputs;
    this.whenLeftBehind = whenLeftBehind;
    var first = asked.getFirst();
    this.yielding =
        first.lane() == Lane.BACKGROUND && asked.size() == 1 && first.yields() < YIELDS_MAX
            ? new YieldingContext(first.frame())
            : null;
  }

  /** Whether a step it runs for is on trial, so that its processor time counts. */
  boolean isOnTrial() {
    for (var i = 0; i < asked.size(); i++) {
      if (asked.get(i).step().trial().isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Takes note of its processor time, on the thread that ran it and before it is handed on. */
  void tookCpu(long nanos) {
    cpuNanos = nanos;
  }

  /** Its processor time; {@link RunTimes#NOT_MEASURED} if it is not known. */
  long cpuNanos() {
    return cpuNanos;
  }

  List<StageActor.Run> asked() {
    return asked;
  }

  List<List<Tensor>> inputs() {
    return inputs;
  }

  @Override
  public Lane lane() {
    return asked.getFirst().lane();
  }

  /** What the only run that was asked for sees of its frame. */
  RunContext context() {
    return yielding == null ? asked.getFirst().frame() : yielding;
  }

  /** Whether this made room for urgent work and is to be done again. */
  boolean hasYielded() {
    return yielding != null
        && yielding.hasYielded()
        && !asked.getFirst().frame().cancellation().isCancelled();
  }

  /** A run in the shadow is given up; one in the background is done again. */
  @Override
  protected void preempted() {
    if (lane() == Lane.BACKGROUND) {
      if (yielding != null) {
        yielding.yield();
      }
      return;
    }
    asked.forEach(run -> run.frame().drop(DropReason.PREEMPTED, run.step().name()));
  }

  @Override
  protected void leftBehind(long ranNanos) {
    whenLeftBehind.accept(this, ranNanos);
  }

  /**
   * Gives the run up for lost and keeps its inputs for as long as it may still read them.
   *
   * @return false if it has come back
   */
  synchronized boolean giveUpKeepingInputs() {
    if (!giveUp()) {
      return false;
    }
    // Its frames hold the inputs until they are told that the run is lost.
    inputs.forEach(each -> each.forEach(Tensor::retain));
    return true;
  }

  /** Lets go of what a run that was given up held and gave after all. */
  synchronized void discard(List<Outcome> outcomes) {
    outcomes.forEach(Outcome::close);
    closeInputs();
  }

  private void closeInputs() {
    inputs.forEach(each -> each.forEach(Tensor::close));
  }
}
