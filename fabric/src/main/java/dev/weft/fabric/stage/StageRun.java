package dev.weft.fabric.stage;

import dev.weft.fabric.loop.RunTicket;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.stage.StageRunner.Outcome;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** One run of a stage: what was asked for, and the inputs it has borrowed until it ends. */
final class StageRun extends RunTicket {

  private final List<StageActor.Run> asked;
  private final List<List<Tensor>> inputs;
  private final ObjLongConsumer<StageRun> whenLeftBehind;

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

  @Override
  protected void preempted() {
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
