package dev.weft.sim.scenario;

import dev.weft.sim.node.RolledStage;
import dev.weft.sim.node.RolloutBook;
import dev.weft.sim.node.RolloutBook.Kind;
import dev.weft.sim.world.World;
import dev.weft.supervisor.node.Rollouts;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutPlan.Inconclusive;
import dev.weft.supervisor.rollout.RolloutPlan.Step;
import dev.weft.supervisor.rollout.RolloutState;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Whoever rolls candidates out, one after the other, and interferes at times. */
final class RolloutOperator {

  static final int STEPS = 3;
  static final Duration GIVE_UP_AFTER = Duration.ofSeconds(8);

  private static final Duration LOOK_EVERY = Duration.ofMillis(300);
  private static final Duration DWELL = Duration.ofMillis(200);
  private static final Duration WATCH = Duration.ofMillis(1_200);

  private final World world;
  private final RolledStage stage;
  private final RolloutBook book;
  private final List<Kind> candidates;
  private int next;
  private boolean isEnding;

  /**
   * @param candidates in the order they come
   */
  RolloutOperator(World world, RolledStage stage, RolloutBook book, List<Kind> candidates) {
    this.world = world;
    this.stage = stage;
    this.book = book;
    this.candidates = candidates;
  }

  /** Begins; a candidate comes whenever none is under way. */
  void start() {
    world.after(
        LOOK_EVERY,
        () -> {
          if (!isEnding) {
            begin();
            start();
          }
        });
  }

  void end() {
    isEnding = true;
  }

  /** Whether nothing is under way. */
  boolean isOver() {
    return stage.rollouts().isPresent() && !book.latest().map(RolloutState::isActive).orElse(false);
  }

  private void begin() {
    if (!isOver() || next == candidates.size()) {
      return;
    }
    var plan = plan(candidates.get(next));
    ask(
        "start " + plan.candidate(),
        way ->
            way.start(plan, Optional.empty())
                .whenComplete((state, _) -> next += state == null ? 0 : 1));
    // One that is denied would be so for ever.
    if (book.latest()
        .map(state -> state.denied().containsKey(plan.candidateDigest()))
        .orElse(false)) {
      next++;
    }
  }

  private RolloutPlan plan(Kind candidate) {
    return new RolloutPlan(
        RolledStage.NAME,
        candidate.name(),
        "digest of " + candidate.name(),
        List.of(
            new Step(0, RolloutPlan.WHOLE, DWELL),
            new Step(2_500, RolloutPlan.WHOLE, DWELL),
            new Step(5_000, RolloutPlan.WHOLE, DWELL)),
        GIVE_UP_AFTER,
        candidate.plus() % 4 == 1 ? Inconclusive.PAUSE : Inconclusive.ROLL_BACK,
        new RolloutPlan.Watch(WATCH, RolloutPlan.WHOLE),
        "");
  }

  /** Does something that nobody expects. */
  void interfere() {
    switch (world.faults().nextInt(6)) {
      case 0, 1 -> ask("pause", way -> way.pause(RolledStage.NAME, "to look at it"));
      case 2, 3 -> ask("resume", way -> way.resume(RolledStage.NAME));
      case 4 -> ask("abort", way -> way.abort(RolledStage.NAME, "enough"));
      default -> ask("promote", way -> way.promote(RolledStage.NAME, "it is needed now"));
    }
  }

  /** Has what waits for somebody go on. */
  void endPause() {
    if (book.latest().map(state -> state.phase() == Phase.PAUSED).orElse(false)) {
      ask("abort", way -> way.abort(RolledStage.NAME, "nobody resumed it"));
    }
  }

  private void ask(String what, Function<Rollouts, CompletableFuture<RolloutState>> request) {
    stage
        .rollouts()
        .ifPresent(
            way -> {
              var _ =
                  request
                      .apply(way)
                      .whenComplete(
                          (state, problem) ->
                              world.note(
                                  "operator: %s: %s"
                                      .formatted(what, state == null ? problem : state.phase())));
            });
  }
}
