package dev.weft.supervisor.rollout;

import dev.weft.supervisor.rollout.Course.Load;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a stage's traffic is to be, on every node: a pure function of a rollout's state, so that a
 * node which asks again after a crash comes out where it should be.
 *
 * @param stable answers all that {@code trial} does not; empty for what the manifests say
 * @param replaces the variants in whose place {@code stable} runs, wherever one of them does
 * @param trial what runs beside it
 * @param mayLoad whether what is missing may be loaded: it is noted that it will be
 */
public record Traffic(
    Optional<String> stable, List<String> replaces, Optional<Trial> trial, boolean mayLoad) {

  public Traffic {
    replaces = List.copyOf(replaces);
  }

  /**
   * A variant beside the stable one.
   *
   * @param name the same through all steps, so that who is in stays in
   * @param answers of {@link RolloutPlan#WHOLE}, the part of sessions it answers
   * @param compared of {@link RolloutPlan#WHOLE}, the part of frames that both run
   */
  public record Trial(String name, String variant, int answers, int compared) {}

  /** What follows from where a rollout is. */
  static Traffic of(RolloutState state) {
    var lineage = lineage(state);
    if (!state.isActive()) {
      var running = state.current().or(() -> state.course().map(Course::stable));
      return alone(running, lineage);
    }
    var now = state.course().orElseThrow();
    var mayLoad = now.load() != Load.NEEDED;
    if (state.phase() == Phase.WATCHING) {
      var watched = now.load() == Load.DONE ? now.plan().watch().compared() : 0;
      var trial = new Trial(now.trial(), now.stable(), 0, watched);
      return new Traffic(state.current(), lineage, Optional.of(trial), mayLoad);
    }
    var isIn = now.load() == Load.DONE && now.attempt() > 0;
    var trial =
        new Trial(
            now.trial(),
            now.plan().candidate(),
            isIn ? now.now().answers() : 0,
            isIn ? now.now().compared() : 0);
    return new Traffic(Optional.of(now.stable()), lineage, Optional.of(trial), mayLoad);
  }

  static Traffic alone(Optional<String> stable, List<String> replaces) {
    return new Traffic(stable, replaces, Optional.empty(), true);
  }

  /** Every variant that was in charge of the stage, or was about to be, since it was declared. */
  private static List<String> lineage(RolloutState state) {
    var names = new LinkedHashSet<String>();
    state.past().forEach(each -> names.add(each.stable()));
    state.past().stream().filter(Past::wasPromoted).forEach(each -> names.add(each.candidate()));
    state.course().ifPresent(now -> names.add(now.stable()));
    if (state.phase() == Phase.WATCHING) {
      state.course().ifPresent(now -> names.add(now.plan().candidate()));
    }
    return List.copyOf(names);
  }

  /** Whether a step that somebody has run {@code variant} is brought back to the stable one. */
  public boolean bringsBack(String variant) {
    return stable.isPresent() && !stable.get().equals(variant) && replaces.contains(variant);
  }
}
