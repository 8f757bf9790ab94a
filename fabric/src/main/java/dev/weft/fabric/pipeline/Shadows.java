package dev.weft.fabric.pipeline;

import dev.weft.fabric.pipeline.Plan.PlanShadow;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Offers what steps took to the variants that run in their shadow, by reference, and shows what
 * came of it. Never waits: a shadow that cannot keep up passes frames over, which its counters
 * tell.
 */
final class Shadows {

  /** Time a run in the shadow may wait for a gap; then it is given up. */
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private final Followers followers;
  private final Scope[] scopes;
  private final Supplier<ShadowRun.Observer> observer;

  Shadows(Plan plan, Followers followers, Supplier<ShadowRun.Observer> observer) {
    this.followers = followers;
    this.observer = observer;
    this.scopes = new Scope[plan.steps().size()];
    for (var step : plan.steps()) {
      if (step.shadow().isPresent()) {
        scopes[step.index()] = Scope.single(plan, step);
      }
    }
  }

  /** Offers {@code step} of {@code frame}, whose slots hold what it took and what it gave. */
  void offer(Frame frame, PlanStep step, TensorSlots slots) {
    var shadow = step.shadow().orElseThrow();
    if (!isMeant(frame.number(), shadow)) {
      return;
    }
    var production = slots.retained(step.firstOutputSlot(), step.signature().outputs().size());
    var follower =
        followers.follow(frame, scopes[step.index()], slots, WITHIN, Optional.of(shadow.arm()));
    var variant = step.arms().get(shadow.arm()).variant();
    follower
        .answer()
        .whenComplete(
            (answer, _) -> {
              if (answer instanceof Answer.Completed completed) {
                show(
                    new ShadowRun(
                        frame.number(), step.name(), variant, production, completed.outputs()));
                completed.close();
              }
              production.forEach(Tensor::close);
            });
    followers.start(follower);
  }

  private void show(ShadowRun run) {
    Foreign.call("an observer of shadow runs", () -> observer.get().ran(run));
  }

  /** Spreads the share evenly over the frames, and alike on every node. */
  private static boolean isMeant(long number, PlanShadow shadow) {
    var mixed = number * 0x9E3779B97F4A7C15L;
    return Long.remainderUnsigned(mixed >>> 11, 100) < shadow.percent();
  }
}
