package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.routing.Switches;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through a pipeline: its tensors, which steps are done, and its answer.
 *
 * <p>A frame stays on one inference loop. All its state belongs to that loop's thread, but for the
 * answer, which any thread may give and only the first one does: a frame displaced from a queue is
 * answered at once by whoever displaced it, and gives up its tensors when its loop sees it next.
 *
 * <p>{@code pending} counts the runs of this frame that wait or run. When it reaches zero the frame
 * is over: it completes, unless it was answered before, and lets go of everything.
 */
public final class Frame implements RunContext {

  private static final int NOT_RUN = -1;

  private final FrameHome home;
  private final Plan plan;
  private final Switches switches;
  private final Lane lane;
  private final int loop;
  private final long number;
  private final Map<String, String> attributes;
  private final List<String> unpaired;
  private final Instant admittedAt;
  private final long admittedNanos;
  private final long deadlineNanos;
  private final CancelSignal cancelSignal = new CancelSignal();
  private final PendingAnswer answer;

  private final TensorSlots slots;
  private final int[] waitingFor;
  private final int[] armOf;
  private final List<Timings.StepTiming> timings;
  private final List<Skipped> skipped = new ArrayList<>(0);
  private int pending;
  private @Nullable Answer verdict;

  /**
   * @param inputs in the order of the manifest's inputs; absent ones are null
   * @param admitted when and for how long
   */
  Frame(
      FrameHome home,
      Switches switches,
      Map<String, String> attributes,
      Lane lane,
      Admission admitted,
      @Nullable Tensor[] inputs) {
    this.home = home;
    this.plan = home.plan();
    this.switches = switches;
    this.attributes = attributes;
    this.unpaired = admitted.unpaired();
    this.lane = lane;
    this.loop = admitted.loop();
    this.number = admitted.number();
    this.admittedAt = admitted.at();
    this.admittedNanos = admitted.nanos();
    this.deadlineNanos = admitted.nanos() + admitted.budget().toNanos();
    var stepCount = plan.steps().size();
    this.answer = new PendingAnswer(home, cancelSignal);
    this.slots = new TensorSlots(plan.slotUses(), inputs);
    this.waitingFor = new int[stepCount];
    this.armOf = new int[stepCount];
    this.timings = new ArrayList<>(stepCount);
    Arrays.fill(armOf, NOT_RUN);
    for (var step : plan.steps()) {
      waitingFor[step.index()] = step.dependencies();
    }
  }

  /** The answer to come; cancelling it cancels the frame. */
  CompletableFuture<Answer> answer() {
    return answer;
  }

  public Lane lane() {
    return lane;
  }

  int loop() {
    return loop;
  }

  /** Sends {@code ready} steps to the stages that run them. */
  public void dispatch(List<PlanStep> ready) {
    if (ready.isEmpty()) {
      return;
    }
    var now = home.clock().nanos();
    for (var i = 0; i < ready.size(); i++) {
      var step = ready.get(i);
      home.inlet(step, arm(step), loop).offer(this, step, now);
    }
  }

  /** Whether the answer is out, so that further work on this frame is wasted. */
  public boolean isAnswered() {
    return answer.isClaimed();
  }

  public boolean isExpired(long nanos) {
    return nanos - deadlineNanos >= 0;
  }

  /** The deadline on {@link FabricClock#nanos()}. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Position of the arm that runs {@code step} for this frame. */
  int arm(PlanStep step) {
    if (step.split().isEmpty()) {
      return 0;
    }
    if (armOf[step.index()] == NOT_RUN) {
      var split = step.split().get();
      var key = attributes.get(split.stickyBy());
      armOf[step.index()] = switches.arm(split.name(), key == null ? Long.toString(number) : key);
    }
    return armOf[step.index()];
  }

  /**
   * Opens the frame.
   *
   * @return the steps to run now, each of which must come back by {@link #ran}, {@link #failed} or
   *     {@link #abandoned}
   */
  List<PlanStep> start() {
    var roots = new ArrayList<PlanStep>();
    for (var step : plan.steps()) {
      if (step.dependencies() == 0) {
        roots.add(step);
      }
    }
    pending = 1;
    return settle(settleSkips(roots));
  }

  /** The tensors {@code step} runs on, borrowed from this frame until its run ends. */
  public List<Tensor> inputs(PlanStep step) {
    var inputSlots = step.inputSlots();
    if (inputSlots.length == 1) {
      return List.of(slots.present(inputSlots[0]));
    }
    var inputs = new Tensor[inputSlots.length];
    for (var i = 0; i < inputs.length; i++) {
      inputs[i] = slots.present(inputSlots[i]);
    }
    return List.of(inputs);
  }

  /**
   * Takes over what a run of {@code step} gave.
   *
   * @return the steps to run next
   */
  public List<PlanStep> ran(PlanStep step, List<Tensor> outputs, long queuedNanos, long ranNanos) {
    time(step, queuedNanos, ranNanos);
    for (var i = 0; i < outputs.size(); i++) {
      slots.put(step.firstOutputSlot() + i, outputs.get(i));
    }
    return isAnswered() ? abandoned() : settle(settleSkips(done(step)));
  }

  /**
   * Takes note that a run of {@code step} failed: an optional step is skipped, otherwise the frame
   * is answered.
   *
   * @return the steps to run next
   */
  public List<PlanStep> failed(
      PlanStep step, ErrorCode code, String message, long queuedNanos, long ranNanos) {
    time(step, queuedNanos, ranNanos);
    if (!step.optional() || isAnswered() || code == ErrorCode.CANCELLED) {
      return over(new Answer.Failed(code, message, timings()));
    }
    skip(step, Skipped.Reason.STAGE_FAILED);
    return settle(settleSkips(done(step)));
  }

  /** Takes note that {@code step} could not start before the deadline; nothing follows from it. */
  public List<PlanStep> expired(PlanStep step) {
    return over(new Answer.Dropped(DropReason.DEADLINE_EXCEEDED, step.name(), timings()));
  }

  /** Takes note that handling {@code step} went wrong in Weft itself. */
  public void broken(PlanStep step, RuntimeException cause) {
    over(
        new Answer.Failed(
            ErrorCode.INTERNAL, "step '%s': %s".formatted(step.name(), cause), timings()));
  }

  /** Takes note that one pending run will not happen; nothing follows from it. */
  public List<PlanStep> abandoned() {
    return settle(List.of());
  }

  /** Answers that the frame was let go; from any thread, and only if nobody answered before. */
  public void drop(DropReason reason, String where) {
    // The steps' timings belong to the loop's thread: a drop from elsewhere tells the total only.
    var total = Duration.ofNanos(home.clock().nanos() - admittedNanos);
    answer.complete(new Answer.Dropped(reason, where, new Timings(total, List.of())));
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
    return admittedAt;
  }

  @Override
  public long seed() {
    return number * 0x9E3779B97F4A7C15L;
  }

  /** Ends the frame with {@code outcome}: at once if other runs of it are still pending. */
  private List<PlanStep> over(Answer outcome) {
    if (verdict == null) {
      verdict = outcome;
    }
    if (pending > 1) {
      answer.complete(verdict);
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

  /** Marks {@code step} done and gives the steps that waited only for it. */
  private List<PlanStep> done(PlanStep step) {
    releaseSources(step);
    var successors = step.successors();
    if (successors.length == 0) {
      return List.of();
    }
    var ready = new ArrayList<PlanStep>(successors.length);
    for (var successor : successors) {
      if (--waitingFor[successor] == 0) {
        ready.add(plan.steps().get(successor));
      }
    }
    return ready;
  }

  /** Of steps that are ready, those to run; the others are skipped, which may ready further. */
  private List<PlanStep> settleSkips(List<PlanStep> ready) {
    var run = ready;
    for (var i = 0; i < ready.size(); i++) {
      if (skipReason(ready.get(i)) != null) {
        run = settleSkipsSlowly(ready);
        break;
      }
    }
    return run;
  }

  private List<PlanStep> settleSkipsSlowly(List<PlanStep> ready) {
    var run = new ArrayList<PlanStep>();
    var queue = new ArrayDeque<>(ready);
    while (!queue.isEmpty()) {
      var step = queue.removeFirst();
      var reason = skipReason(step);
      if (reason == null) {
        run.add(step);
      } else {
        skip(step, reason);
        queue.addAll(done(step));
      }
    }
    return run;
  }

  private Skipped.@Nullable Reason skipReason(PlanStep step) {
    if (step.gate().isPresent() && !switches.isOn(step.gate().get())) {
      return Skipped.Reason.GATE_OFF;
    }
    for (var slot : step.inputSlots()) {
      if (slots.isEmpty(slot)) {
        return Skipped.Reason.INPUT_ABSENT;
      }
    }
    if (step.when().isPresent()) {
      var when = step.when().get();
      var tensor = slots.at(when.slot());
      if (tensor == null) {
        return Skipped.Reason.INPUT_ABSENT;
      }
      if (!ConditionCheck.holds(when.condition(), tensor)) {
        return Skipped.Reason.CONDITION_FALSE;
      }
    }
    return null;
  }

  private void skip(PlanStep step, Skipped.Reason reason) {
    skipped.add(new Skipped(step.name(), reason));
    for (var i = 0; i < step.standIns().size(); i++) {
      var standIn = step.standIns().get(i);
      if (standIn.isPresent()) {
        var tensor =
            switch (standIn.get().declared()) {
              case StandIn.FromTensor _ -> slots.at(standIn.get().slot());
              case StandIn.Constant _ -> home.constant(step, i);
            };
        if (tensor != null) {
          slots.put(step.firstOutputSlot() + i, tensor.retain());
        }
      }
    }
  }

  /** Ends the reads of everything {@code step} could have read, whether it ran or not. */
  private void releaseSources(PlanStep step) {
    for (var slot : step.inputSlots()) {
      slots.used(slot);
    }
    step.when().ifPresent(when -> slots.used(when.slot()));
    for (var standIn : step.standIns()) {
      if (standIn.isPresent() && standIn.get().slot() >= 0) {
        slots.used(standIn.get().slot());
      }
    }
  }

  private void time(PlanStep step, long queuedNanos, long ranNanos) {
    var arm = step.arms().get(arm(step));
    timings.add(
        new Timings.StepTiming(
            step.name(),
            arm.stage(),
            arm.variant(),
            Duration.ofNanos(queuedNanos),
            Duration.ofNanos(ranNanos),
            new Timings.Batch(List.of(number), 0)));
  }

  private Timings timings() {
    return new Timings(Duration.ofNanos(home.clock().nanos() - admittedNanos), timings);
  }

  private void leave() {
    var outcome = verdict == null && !isAnswered() ? completed() : verdict;
    slots.closeAll();
    home.left(this);
    if (outcome != null && !answer.complete(outcome)) {
      outcome.close();
    }
  }

  private Answer completed() {
    var outputs = new LinkedHashMap<String, Tensor>();
    for (var output : plan.outputs()) {
      var tensor = slots.at(output.slot());
      if (tensor != null) {
        outputs.put(output.name(), tensor.retain());
      }
    }
    return new Answer.Completed(
        outputs, new Quality(skipped, List.of(), unpaired, Optional.empty()), timings());
  }
}
