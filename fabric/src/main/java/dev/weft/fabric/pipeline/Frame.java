package dev.weft.fabric.pipeline;

import dev.weft.fabric.loop.Resident;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through a pipeline: its tensors, which steps are done, and its answer.
 *
 * <p>A frame stays on one inference loop. All its state belongs to that loop's thread, but for the
 * answer, which any thread may give and only the first one does: a frame displaced from a queue or
 * past its deadline is answered at once by whoever finds it so, and gives up its tensors when its
 * loop sees it next.
 *
 * <p>{@code pending} counts the runs of this frame that wait or run. When it reaches zero the frame
 * is over: it completes, unless it was answered before, and lets go of everything.
 */
public final class Frame extends Resident implements RunContext {

  private final FrameHome home;
  private final Scope scope;
  private final Admission admitted;
  private final CancelSignal cancelSignal = new CancelSignal();
  private final PendingAnswer answer;
  private final TensorSlots slots;
  private final Course course;
  private final Timings.StepRun[] runs;
  private int runCount;
  private @Nullable Answer verdict;
  private @Nullable Instant admittedAt;
  private int pending;
  // Read by whoever drops the frame, for a message; any step it was lately at will do.
  private String at;

  /**
   * @param arm position of the arm that runs every step; empty to choose for each
   */
  Frame(FrameHome home, Scope scope, Admission admitted, TensorSlots slots, Optional<Integer> arm) {
    this.home = home;
    this.scope = scope;
    this.admitted = admitted;
    this.slots = slots;
    this.course = new Course(home, admitted, scope, slots, arm);
    this.answer = new PendingAnswer(home, cancelSignal, admitted);
    this.runs = new Timings.StepRun[home.plan().steps().size()];
    this.at = home.plan().manifest().name();
  }

  /** The answer to come; cancelling it cancels the frame. */
  CompletableFuture<Answer> answer() {
    return answer;
  }

  Admission admitted() {
    return admitted;
  }

  @Override
  public Lane lane() {
    return admitted.lane();
  }

  @Override
  public String tenant() {
    return admitted.attribute("tenant");
  }

  /** The privacy class of the request; empty if it says none. */
  public String privacy() {
    return admitted.attribute("privacy");
  }

  /** What this frame is the latest news of: its {@code source}, else its {@code session}. */
  public String source() {
    var source = admitted.attribute("source");
    return source.isEmpty() ? admitted.attribute("session") : source;
  }

  /** Counts the frames of one pipeline from 0. */
  public long number() {
    return admitted.number();
  }

  /** The deadline on {@link FabricClock#nanos()}. */
  @Override
  public long deadlineNanos() {
    return admitted.deadlineNanos();
  }

  @Override
  protected long expectedNanos() {
    return admitted.expectedNanos();
  }

  /** Position of the arm that runs {@code step}. */
  int arm(PlanStep step) {
    return course.arm(step);
  }

  int loop() {
    return admitted.loop();
  }

  /** Sends {@code ready} steps to the stages that run them. */
  public void dispatch(List<PlanStep> ready) {
    if (ready.isEmpty()) {
      return;
    }
    var now = home.clock().nanos();
    // With the first of several offered, this frame's state is its loop's.
    for (var i = 0; ready.size() > 1 && i < ready.size(); i++) {
      course.arm(ready.get(i));
    }
    for (var i = 0; i < ready.size(); i++) {
      var step = ready.get(i);
      at = step.name();
      home.inlet(step, course.arm(step), loop()).offer(this, step, now);
    }
  }

  /** Whether all of its steps are done, with nothing gone wrong. */
  boolean isThrough() {
    return pending == 0 && verdict == null && !isAnswered();
  }

  /** Tells what this frame ran, if it went through. */
  void tell(Expectations expectations) {
    if (isThrough()) {
      expectations.ended(runs, runCount);
    }
  }

  /** Whether the answer is out, so that further work on this frame is wasted. */
  public boolean isAnswered() {
    return answer.isClaimed();
  }

  public boolean isExpired(long nanos) {
    return nanos - deadlineNanos() >= 0;
  }

  /** Why a run that takes {@code runNanos} is not begun any more; null if it is. */
  public @Nullable DropReason lateness(long runNanos, long nanos) {
    if (isExpired(nanos)) {
      return DropReason.DEADLINE_EXCEEDED;
    }
    return !admitted.runsLate() && isExpired(nanos + runNanos)
        ? DropReason.DEADLINE_OUT_OF_REACH
        : null;
  }

  /**
   * Opens the frame.
   *
   * @return the steps to run now, each of which must come back by {@link #ran}, {@link #failed},
   *     {@link #late} or {@link #abandoned}
   */
  List<PlanStep> start() {
    pending = 1;
    return settle(course.toRun(scope.roots()));
  }

  /** The tensors {@code step} runs on, borrowed from this frame until its run ends. */
  public List<Tensor> inputs(PlanStep step) {
    return slots.present(step.inputSlots());
  }

  /**
   * Takes over what a run of {@code step} gave.
   *
   * @return the steps to run next
   */
  public List<PlanStep> ran(PlanStep step, List<Tensor> outputs, RunTimes times) {
    time(step, times, null, "");
    var trace = admitted.trace();
    if (trace != null) {
      trace.ran(step, course.arm(step), outputs, times);
    }
    if (Trials.castsShadow(step, admitted) && !isAnswered()) {
      // Kept for the comparison with what the shadow gives, even if no further step reads it.
      slots.keep(step.firstOutputSlot(), outputs.size());
      slots.put(step.firstOutputSlot(), outputs);
      home.shadow(this, step, times, slots);
      slots.used(step.firstOutputSlot(), outputs.size());
    } else {
      slots.put(step.firstOutputSlot(), outputs);
    }
    if (isAnswered()) {
      return abandoned();
    }
    return settle(course.toRunAfter(step));
  }

  /**
   * Takes note that a run of {@code step} failed: a step that is optional here is skipped,
   * otherwise the frame is answered.
   *
   * @return the steps to run next
   */
  public List<PlanStep> failed(PlanStep step, ErrorCode code, String message, RunTimes times) {
    time(step, times, code, message);
    var trace = admitted.trace();
    if (trace != null) {
      trace.failed(step, course.arm(step), code, times);
    }
    if (!scope.isOptional(step) || isAnswered() || code == ErrorCode.CANCELLED) {
      return over(new Answer.Failed(code, message, timings()));
    }
    course.skip(step, Skipped.Reason.STAGE_FAILED);
    return settle(course.toRunAfter(step));
  }

  /** Takes note that {@code step} would start too late; nothing follows from it. */
  public List<PlanStep> late(PlanStep step, DropReason reason) {
    home.late(this, step, false);
    return over(new Answer.Dropped(reason, step.name(), timings()));
  }

  /** Takes note that handling {@code step} went wrong in Weft itself. */
  public void broken(PlanStep step, RuntimeException cause) {
    over(
        new Answer.Failed(
            ErrorCode.INTERNAL, "step '%s': %s".formatted(step.name(), cause), timings()));
  }

  /** Takes note that {@code step} will not run, as there is an answer; nothing follows from it. */
  public List<PlanStep> unwanted(PlanStep step) {
    tellIfLate(step, false);
    return abandoned();
  }

  /** Whether {@code step} did not come to its end because of the deadline. */
  private boolean tellIfLate(PlanStep step, boolean hasBegun) {
    var isLate = step.trial().isPresent() && isExpired(home.clock().nanos());
    if (isLate) {
      home.late(this, step, hasBegun);
    }
    return isLate;
  }

  /** Takes note that one pending run will not happen; nothing follows from it. */
  public List<PlanStep> abandoned() {
    return settle(List.of());
  }

  /** Answers that the frame was let go; from any thread, and only if nobody answered before. */
  public void drop(DropReason reason, String where) {
    answerEarly(new Answer.Dropped(reason, where, total()));
  }

  /** Answers that a run is given up; from any thread, and only if nobody answered before. */
  public void giveUp(ErrorCode code, String message) {
    answerEarly(new Answer.Failed(code, message, total()));
  }

  private void answerEarly(Answer early) {
    if (answer.complete(early)) {
      cancelSignal.fire();
      home.answeredEarly();
    }
  }

  /** Answers that the deadline has passed, and cancels what runs. */
  @Override
  protected void expire() {
    drop(DropReason.DEADLINE_EXCEEDED, at);
  }

  @Override
  protected void leftOver() {
    drop(DropReason.UNLOADING, at);
  }

  @Override
  public TensorAllocator tensors() {
    return home.tensors();
  }

  @Override
  public Cancellation cancellation() {
    return cancelSignal;
  }

  @Override
  public Instant admittedAt() {
    var known = admittedAt;
    if (known == null) {
      // Asked by few stages, so the wall clock is read when the first one does.
      known = home.clock().instant().minusNanos(home.clock().nanos() - admitted.nanos());
      admittedAt = known;
    }
    return known;
  }

  @Override
  public long seed() {
    return number() * 0x9E3779B97F4A7C15L;
  }

  /** Ends the frame with {@code outcome}: at once if other runs of it are still pending. */
  private List<PlanStep> over(Answer outcome) {
    if (verdict == null) {
      verdict = outcome;
    }
    if (pending > 1) {
      answerEarly(verdict);
    }
    return abandoned();
  }

  private List<PlanStep> settle(List<PlanStep> ready) {
    pending += ready.size() - 1;
    if (pending == 0) {
      leave();
    }
    return ready;
  }

  private void time(PlanStep step, RunTimes times, @Nullable ErrorCode error, String message) {
    if (error != ErrorCode.CANCELLED || !tellIfLate(step, true)) {
      home.tried(this, step, times, error, message);
    }
    runs[runCount++] = new Timings.StepRun(step, step.arms().get(course.arm(step)), times);
    home.worked(times.ownNanos(), isAnswered());
  }

  private Timings timings() {
    var total = home.clock().nanos() - admitted.nanos();
    return new Timings(admitted.nanos(), total, runs, runCount, number());
  }

  /** The steps' times belong to the loop's thread, so an answer from elsewhere has the total. */
  private Timings total() {
    return Timings.total(home.clock().nanos() - admitted.nanos(), number());
  }

  private void leave() {
    @Nullable Frame follower = null;
    var outcome = verdict;
    if (verdict == null && !isAnswered()) {
      var deferral = course.deferral();
      follower = deferral == null ? null : home.follower(this, deferral, slots);
      outcome = outcome(follower);
    }
    var trace = admitted.trace();
    if (trace != null) {
      trace.left(this, course, scope.outputs(), slots);
    }
    slots.closeAll();
    home.left(this);
    if (outcome != null && !answer.complete(outcome)) {
      outcome.close();
    }
    if (trace != null) {
      trace.recordWhen(answer);
    }
    if (follower != null) {
      home.launch(follower);
    }
  }

  private Answer outcome(@Nullable Frame follower) {
    try {
      return new Answer.Completed(scope.answer(slots), course.quality(follower), timings());
    } catch (IllegalStateException e) {
      var message = "an output is closed already (expected: a stage retains an input it hands on)";
      return new Answer.Failed(ErrorCode.STAGE_BROKE_CONTRACT, message, timings());
    }
  }
}
