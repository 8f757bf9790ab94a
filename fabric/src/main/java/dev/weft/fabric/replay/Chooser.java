package dev.weft.fabric.replay;

import dev.weft.fabric.pipeline.ConditionCheck;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.routing.Switches;
import dev.weft.fabric.trace.Decision;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import java.util.List;
import java.util.Optional;

/** Says what a replay does about a step: as recorded, decided anew, or with another variant. */
final class Chooser {

  private final ReplayMode mode;

  Chooser(ReplayMode mode) {
    this.mode = mode;
  }

  Choice choose(ReplayFrame frame, PlanStep step) {
    var recorded = frame.record().step(step.name());
    return switch (mode) {
      case ReplayMode.Faithful _, ReplayMode.Beside _ -> asRecorded(recorded);
      case ReplayMode.OtherVariants(var variants) ->
          asRecorded(recorded) instanceof Choice.Run run
              ? new Choice.Run(
                  run.decision(),
                  run.stage(),
                  variants.getOrDefault(run.stage(), run.variant()),
                  run.batch())
              : asRecorded(recorded);
      case ReplayMode.Redecide _ -> anew(frame, step, recorded);
    };
  }

  private static Choice asRecorded(Optional<StepRecord> recorded) {
    if (recorded.isEmpty()) {
      return new Choice.Stop();
    }
    var step = recorded.get();
    if (step.decision().isRun()) {
      return new Choice.Run(step.decision(), step.stage(), step.variant(), step.batch());
    }
    return step.decision().isSkip() ? new Choice.Skip(step.decision()) : new Choice.Stop();
  }

  private static Choice anew(ReplayFrame frame, PlanStep step, Optional<StepRecord> recorded) {
    if (recorded.isEmpty() || recorded.get().decision().isOfTheMoment()) {
      return asRecorded(recorded);
    }
    var switches = Switches.declaredBy(frame.plan().manifest());
    if (!isOn(frame, step, switches)) {
      return new Choice.Skip(Decision.SKIPPED_GATE_OFF);
    }
    if (frame.inputs(step) == null) {
      return new Choice.Skip(Decision.SKIPPED_INPUT_ABSENT);
    }
    if (step.when().isPresent()) {
      var tensor = frame.at(step.when().get().slot());
      if (tensor == null) {
        return new Choice.Skip(Decision.SKIPPED_INPUT_ABSENT);
      }
      if (!ConditionCheck.holds(step.when().get().condition(), tensor)) {
        return new Choice.Skip(Decision.SKIPPED_CONDITION_FALSE);
      }
    }
    var arm = step.arms().get(arm(frame, step, switches));
    var decision = step.split().isPresent() ? Decision.RAN_SPLIT : Decision.RAN_DECLARED;
    var before = recorded.get();
    var isSame = before.stage().equals(arm.stage()) && before.variant().equals(arm.variant());
    return new Choice.Run(
        decision, arm.stage(), arm.variant(), isSame ? before.batch() : List.of());
  }

  private static int arm(ReplayFrame frame, PlanStep step, Switches switches) {
    return step.split()
        .map(split -> switches.arm(split.name(), key(frame, split.stickyBy())))
        .orElse(0);
  }

  private static boolean isOn(ReplayFrame frame, PlanStep step, Switches switches) {
    return step.gate()
        .map(gate -> switches.flag(gate).isOn(attribute -> key(frame, attribute)))
        .orElse(true);
  }

  private static String key(ReplayFrame frame, String attribute) {
    var key = frame.record().routing().sticky().get(attribute);
    return key == null ? Long.toString(frame.record().number()) : key;
  }

  /** What came out differently than recorded, in words; empty if nothing did. */
  static Optional<String> change(PlanStep step, Optional<StepRecord> recorded, Choice choice) {
    var before =
        recorded
            .map(
                was ->
                    was.decision().isRun()
                        ? words(was.decision(), was.stage(), was.variant())
                        : was.decision().name())
            .orElse("not reached");
    var now =
        switch (choice) {
          case Choice.Run run -> words(run.decision(), run.stage(), run.variant());
          case Choice.Skip(var decision) -> decision.name();
          case Choice.Stop _ -> before;
        };
    return before.equals(now)
        ? Optional.empty()
        : Optional.of("%s: %s, now %s".formatted(step.name(), before, now));
  }

  private static String words(Decision decision, String stage, String variant) {
    return "%s %s@%s".formatted(decision, stage, variant);
  }
}
