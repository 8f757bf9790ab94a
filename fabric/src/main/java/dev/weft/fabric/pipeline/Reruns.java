package dev.weft.fabric.pipeline;

import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs recorded inputs again, all of it in the shadow: the steps that lead to one on trial, then
 * that step by both of its arms on what came of them, by reference. Never waits; nobody is answered
 * with it, and nothing of it is recorded.
 */
final class Reruns {

  /** Time each part may wait for a gap; then it is given up. */
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private static final int STABLE = 0;

  private final Followers followers;
  private final @Nullable Scope[] before;
  private final @Nullable Scope[] only;

  Reruns(Plan plan, Followers followers) {
    this.followers = followers;
    this.before = new Scope[plan.steps().size()];
    this.only = new Scope[plan.steps().size()];
    for (var step : plan.steps()) {
      if (step.trial().isPresent()) {
        before[step.index()] = Scope.before(plan, step);
        only[step.index()] = Scope.single(plan, step);
      }
    }
  }

  /**
   * Both arms of {@code step}; only while its generation stays open.
   *
   * @param inputs of the pipeline, taken over
   */
  CompletableFuture<Rerun> run(PlanStep step, Admission admitted, @Nullable Tensor[] inputs) {
    var scope = of(before, step);
    var frame = followers.follow(admitted, scope, scope.newSlots(inputs), WITHIN, Optional.empty());
    var rerun = frame.answer().thenCompose(answer -> arms(step, admitted, answer));
    followers.start(frame);
    return rerun;
  }

  /** Whichever runs second finds its inputs in the caches, so they take turns. */
  private CompletableFuture<Rerun> arms(PlanStep step, Admission admitted, Answer led) {
    if (!(led instanceof Answer.Completed inputs)) {
      return CompletableFuture.completedFuture(notRun(led));
    }
    var candidate = step.trial().orElseThrow().arm();
    var isStableFirst = admitted.number() % 2 == 0;
    return arm(step, admitted, inputs, isStableFirst ? STABLE : candidate)
        .thenCompose(
            first ->
                arm(step, admitted, inputs, isStableFirst ? candidate : STABLE)
                    .thenApply(
                        second ->
                            isStableFirst ? both(step, first, second) : both(step, second, first)))
        .whenComplete((_, _) -> inputs.close());
  }

  private CompletableFuture<Answer> arm(
      PlanStep step, Admission admitted, Answer.Completed inputs, int arm) {
    var scope = of(only, step);
    var slots = scope.newSlots(new Tensor[0]);
    inputs.outputs().forEach((slot, tensor) -> slots.put(Integer.parseInt(slot), tensor.retain()));
    var frame = followers.follow(admitted, scope, slots, WITHIN, Optional.of(arm));
    var answer = frame.answer();
    followers.start(frame);
    return answer;
  }

  private static Rerun both(PlanStep step, Answer stable, Answer candidate) {
    if (stable instanceof Answer.Completed ran && ran.skipped().isEmpty()) {
      if (candidate instanceof Answer.Completed alsoRan && alsoRan.skipped().isEmpty()) {
        return new Rerun.Compared(
            outputs(step, ran),
            outputs(step, alsoRan),
            ran.timings().ofOnlyRun(),
            alsoRan.timings().ofOnlyRun());
      }
      stable.close();
      candidate.close();
      return switch (candidate) {
        case Answer.Failed(var code, var message, _) -> new Rerun.Failed(code, message);
        case Answer.Completed _, Answer.Dropped _ -> notRun(candidate);
      };
    }
    stable.close();
    candidate.close();
    return notRun(stable);
  }

  private static List<Tensor> outputs(PlanStep step, Answer.Completed ran) {
    return step.signature().outputs().stream().map(output -> ran.output(output.name())).toList();
  }

  private static Rerun notRun(Answer answer) {
    return new Rerun.NotRun(
        switch (answer) {
          case Answer.Completed completed -> "skipped: " + completed.skipped();
          case Answer.Failed(var code, var message, _) -> "%s, %s".formatted(code, message);
          case Answer.Dropped(var reason, _, _, _) -> reason.name();
        });
  }

  private static Scope of(@Nullable Scope[] scopes, PlanStep step) {
    var scope = scopes[step.index()];
    if (scope == null) {
      throw new IllegalStateException("step '%s' is not on trial".formatted(step.name()));
    }
    return scope;
  }
}
