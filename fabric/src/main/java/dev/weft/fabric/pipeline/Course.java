package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.Quality.Degraded;
import dev.weft.fabric.routing.Flag;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of its steps one frame runs, and by which arm: gates, conditions, splits, and what is
 * declared for times of load. What it decided once for a step stays.
 */
final class Course {

  private static final int NOT_CHOSEN = -1;

  private final FrameHome home;
  private final Admission admitted;
  private final Scope scope;
  private final TensorSlots slots;
  private final int[] waitingFor;
  private final int armOfAll;
  private int @Nullable [] armOf;
  private List<Skipped> skipped = List.of();
  private List<Degraded> degraded = List.of();
  private @Nullable Deferral deferral;
  private Duration deferWithin = Duration.ZERO;
  private long remainingNanos;

  /**
   * @param arm position of the arm that runs every step, whatever the load; empty to choose
   */
  Course(
      FrameHome home, Admission admitted, Scope scope, TensorSlots slots, Optional<Integer> arm) {
    this.home = home;
    this.admitted = admitted;
    this.scope = scope;
    this.slots = slots;
    this.waitingFor = scope.newDependencies();
    this.armOfAll = arm.orElse(NOT_CHOSEN);
    this.remainingNanos = admitted.expectedNanos();
  }

  /** Position of the arm that runs {@code step}. */
  int arm(PlanStep step) {
    if (armOfAll != NOT_CHOSEN) {
      return armOfAll;
    }
    var chosen = armOf;
    if (chosen != null && chosen[step.index()] != NOT_CHOSEN) {
      return chosen[step.index()];
    }
    if (step.split().isEmpty()) {
      return step.trial().isEmpty() ? 0 : choose(step, armOnTrial(step, step.trial().get().arm()));
    }
    var split = step.split().get();
    return choose(step, admitted.switches().arm(split.name(), admitted.key(split.stickyBy())));
  }

  /** Of steps that are ready, those to run; the others are skipped, which may ready further. */
  List<PlanStep> toRun(List<PlanStep> ready) {
    for (var i = 0; i < ready.size(); i++) {
      if (skipReason(ready.get(i)) != null) {
        return afterSkips(ready);
      }
    }
    return ready;
  }

  /** The steps to run now that {@code step} is done, or is not to run. */
  List<PlanStep> toRunAfter(PlanStep step) {
    return toRun(readyAfter(step));
  }

  private List<PlanStep> afterSkips(List<PlanStep> ready) {
    var run = new ArrayList<PlanStep>();
    var queue = new ArrayDeque<>(ready);
    while (!queue.isEmpty()) {
      var step = queue.removeFirst();
      var reason = skipReason(step);
      if (reason == null) {
        run.add(step);
      } else {
        skip(step, reason);
        queue.addAll(readyAfter(step));
      }
    }
    return run;
  }

  /** Marks {@code step} done and gives the steps that waited only for it. */
  private List<PlanStep> readyAfter(PlanStep step) {
    done(step);
    return scope.readyAfter(step, waitingFor);
  }

  /** Why {@code step}, which is ready, does not run; null if it does. */
  private Skipped.@Nullable Reason skipReason(PlanStep step) {
    if (step.gate().isPresent() && !flag(step.gate().get()).isOn(admitted::key)) {
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
    return step.degrade().isEmpty() || admitted.follows() ? null : degradeReason(step);
  }

  /** Lets {@code step} be and puts what is declared in the place of its outputs. */
  void skip(PlanStep step, Skipped.Reason reason) {
    skipped = skipped.isEmpty() ? new ArrayList<>() : skipped;
    skipped.add(
        reason == Skipped.Reason.GATE_OFF
            ? Skipped.by(flag(step.gate().orElseThrow()), step.name())
            : new Skipped(step.name(), reason));
    if (reason == Skipped.Reason.DEFERRED) {
      defer(step);
    }
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

  private Flag flag(String gate) {
    return admitted.switches().flag(gate);
  }

  /** Ends the reads of everything {@code step} could have read, whether it ran or not. */
  private void done(PlanStep step) {
    remainingNanos -= home.expectedNanos(step);
    for (var slot : step.inputSlots()) {
      slots.used(slot);
    }
    if (step.when().isPresent()) {
      slots.used(step.when().get().slot());
    }
    for (var i = 0; i < step.standIns().size(); i++) {
      var standIn = step.standIns().get(i);
      if (standIn.isPresent() && standIn.get().slot() >= 0) {
        slots.used(standIn.get().slot());
      }
    }
  }

  /** The steps put off; null if there are none. */
  @Nullable Deferral deferral() {
    return deferral;
  }

  /** Steps that did not run. */
  List<Skipped> skipped() {
    return List.copyOf(skipped);
  }

  /** Steps that a cheaper variant ran. */
  List<Degraded> degraded() {
    return List.copyOf(degraded);
  }

  /**
   * @param follower runs what was put off; null if nothing was
   */
  Quality quality(@Nullable Frame follower) {
    if (skipped.isEmpty() && degraded.isEmpty() && admitted.unpaired().isEmpty()) {
      return Quality.full();
    }
    Optional<Deferred> deferred =
        follower == null || deferral == null
            ? Optional.empty()
            : Optional.of(new Deferred(deferral.steps(), follower.answer()));
    return new Quality(skipped, degraded, admitted.unpaired(), deferred);
  }

  private int armOnTrial(PlanStep step, int candidate) {
    var share = admitted.switches().trial(step.name());
    return share.isPresent() && share.get().answers(admitted.key(share.get().stickyBy()))
        ? candidate
        : 0;
  }

  private Skipped.@Nullable Reason degradeReason(PlanStep step) {
    if (armOf != null && step.isCheaper(armOf[step.index()])) {
      return null;
    }
    if (Request.isCheap(admitted.attributes()) && runsCheaper(step)) {
      return null;
    }
    var left = admitted.deadlineNanos() - home.clock().nanos();
    var others = remainingNanos - home.expectedNanos(step);
    var inlet = home.inlet(step, arm(step), admitted.loop());
    var degrade = new StepLoad(home.load(), inlet, admitted.lane(), left, others).degrade(step);
    if (degrade == null) {
      return null;
    }
    return switch (degrade.declared()) {
      case Degrade.Skip _ -> Skipped.Reason.OVERLOADED;
      case Degrade.Defer(_, var within) -> {
        deferWithin = within;
        yield Skipped.Reason.DEFERRED;
      }
      case Degrade.Cheaper(_, var variant) -> {
        runCheaper(step, degrade.arm(), variant);
        yield null;
      }
    };
  }

  /** Takes the first cheaper variant that {@code step} declares, the one for the most load. */
  private boolean runsCheaper(PlanStep step) {
    for (var i = 0; i < step.degrade().size(); i++) {
      var degrade = step.degrade().get(i);
      if (degrade.declared() instanceof Degrade.Cheaper(_, var variant)) {
        runCheaper(step, degrade.arm(), variant);
        return true;
      }
    }
    return false;
  }

  private void runCheaper(PlanStep step, int arm, String variant) {
    choose(step, arm);
    degraded = degraded.isEmpty() ? new ArrayList<>(1) : degraded;
    degraded.add(new Degraded(step.name(), variant));
  }

  private void defer(PlanStep step) {
    var all = deferral == null ? new Deferral(home.plan()) : deferral;
    all.add(step, deferWithin, slots);
    deferral = all;
  }

  private int choose(PlanStep step, int arm) {
    var chosen = armOf;
    if (chosen == null) {
      chosen = new int[home.plan().steps().size()];
      Arrays.fill(chosen, NOT_CHOSEN);
      armOf = chosen;
    }
    chosen[step.index()] = arm;
    return arm;
  }
}
