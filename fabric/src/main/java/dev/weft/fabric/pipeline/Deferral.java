package dev.weft.fabric.pipeline;

import dev.weft.fabric.pipeline.Plan.PlanStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The steps that one frame has put off until after its answer. */
final class Deferral {

  private final Plan plan;
  private final List<String> steps = new ArrayList<>();
  private final BitSet members = new BitSet();
  private Duration within = Duration.ZERO;

  Deferral(Plan plan) {
    this.plan = plan;
  }

  /** Adds {@code step} and what hangs on it; {@code slots} must keep what they read. */
  void add(PlanStep step, Duration time, TensorSlots slots) {
    steps.add(step.name());
    var more = plan.withDependents(step);
    Scope.part(plan, more).keepFor(slots);
    members.or(more);
    within = time.compareTo(within) > 0 ? time : within;
  }

  /** Names of the steps put off, without those that only hang on them. */
  List<String> steps() {
    return List.copyOf(steps);
  }

  /** Time after the answer in which they must have run. */
  Duration within() {
    return within;
  }

  Scope scope() {
    return Scope.part(plan, members);
  }
}
