package dev.weft.fabric.pipeline;

import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.TrialEvent.FrameName;
import dev.weft.fabric.pipeline.TrialEvent.OnTrial;
import dev.weft.fabric.routing.TrialShare;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells an observer what the two arms of each step on trial do, and runs the arm that did not
 * answer in the shadow of the one that did, on the same inputs by reference. Never waits.
 */
final class Trials {

  /** Time a run in the shadow may wait for a gap; then it is given up. */
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private static final int STABLE = 0;

  private final String pipeline;
  private final Followers followers;
  private final @Nullable Scope[] scopes;
  private final Supplier<TrialEvent.Observer> observer;

  Trials(Plan plan, Followers followers, Supplier<TrialEvent.Observer> observer) {
    this.pipeline = plan.manifest().name();
    this.followers = followers;
    this.observer = observer;
    this.scopes = new Scope[plan.steps().size()];
    for (var step : plan.steps()) {
      if (step.trial().isPresent()) {
        scopes[step.index()] = Scope.single(plan, step);
      }
    }
  }

  /** Takes note of a run of {@code step} for a frame that is answered with it. */
  void ran(Frame frame, PlanStep step, RunTimes times, @Nullable ErrorCode error, String message) {
    if (isArm(step, frame.arm(step))) {
      tell(
          new TrialEvent.Ran(
              step.name(),
              name(frame),
              onTrial(frame, step),
              frame.arm(step) != STABLE,
              times,
              Optional.ofNullable(error),
              message));
    }
  }

  /**
   * Takes note that {@code step}, for a frame that was to be answered with it, came too late.
   *
   * @param hasBegun whether it was begun at all
   */
  void late(Frame frame, PlanStep step, boolean hasBegun) {
    if (isArm(step, frame.arm(step))) {
      tell(
          new TrialEvent.Late(
              step.name(), name(frame), onTrial(frame, step), frame.arm(step) != STABLE, hasBegun));
    }
  }

  /** Offers {@code step} of {@code frame}, whose slots hold what it took and what it gave. */
  void offer(Frame frame, PlanStep step, RunTimes times, TensorSlots slots) {
    var answered = frame.arm(step);
    var share = frame.admitted().switches().trial(step.name());
    if (!isArm(step, answered) || !share.map(s -> s.compares(frame.number())).orElse(false)) {
      return;
    }
    var other = answered == STABLE ? step.trial().orElseThrow().arm() : STABLE;
    var given = slots.retained(step.firstOutputSlot(), step.signature().outputs().size());
    var scope = scopes[step.index()];
    if (scope == null) {
      throw new IllegalStateException("step '%s' is not on trial".formatted(step.name()));
    }
    var follower = followers.follow(frame, scope, slots, WITHIN, Optional.of(other));
    follower
        .answer()
        .whenComplete(
            (answer, _) -> {
              try (var shadow = answer) {
                if (shadow != null) {
                  tell(event(frame, step, new Half(answered, given, times), shadow));
                }
              } finally {
                given.forEach(Tensor::close);
              }
            });
    followers.start(follower);
  }

  /** Whether the frame is to keep what {@code step} gave, as another arm may run it too. */
  static boolean castsShadow(PlanStep step, Admission admitted) {
    return step.shadow().isPresent()
        || step.trial().isPresent()
            && admitted.switches().trial(step.name()).map(TrialShare::compared).orElse(0) > 0;
  }

  /** What the arm that answered did. */
  private record Half(int arm, List<Tensor> outputs, RunTimes times) {}

  private TrialEvent event(Frame frame, PlanStep step, Half answered, Answer shadow) {
    var byCandidate = answered.arm() != STABLE;
    return switch (shadow) {
      case Answer.Completed completed -> {
        var others =
            step.signature().outputs().stream()
                .map(output -> completed.output(output.name()))
                .toList();
        var times = completed.timings().ofOnlyRun();
        yield byCandidate
            ? new TrialEvent.Compared(
                step.name(),
                name(frame),
                onTrial(frame, step),
                true,
                others,
                answered.outputs(),
                times,
                answered.times())
            : new TrialEvent.Compared(
                step.name(),
                name(frame),
                onTrial(frame, step),
                false,
                answered.outputs(),
                others,
                answered.times(),
                times);
      }
      case Answer.Failed(var code, var message, _) ->
          new TrialEvent.Missed(
              step.name(),
              name(frame),
              onTrial(frame, step),
              !byCandidate,
              Optional.of(code),
              message);
      case Answer.Dropped(var reason, _, _, _) ->
          new TrialEvent.Missed(
              step.name(),
              name(frame),
              onTrial(frame, step),
              !byCandidate,
              Optional.empty(),
              reason.name());
    };
  }

  private static boolean isArm(PlanStep step, int arm) {
    return step.trial().isPresent() && (arm == STABLE || step.trial().get().arm() == arm);
  }

  private FrameName name(Frame frame) {
    return new FrameName(pipeline, frame.admitted().attribute("session"), frame.number());
  }

  private static OnTrial onTrial(Frame frame, PlanStep step) {
    return new OnTrial(
        step.arms().get(step.trial().orElseThrow().arm()).variant(),
        frame.admitted().switches().trial(step.name()));
  }

  private void tell(TrialEvent event) {
    Foreign.call("an observer of trials", () -> observer.get().on(event));
  }
}
