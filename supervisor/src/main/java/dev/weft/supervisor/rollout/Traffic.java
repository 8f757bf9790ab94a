package dev.weft.supervisor.rollout;

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
  public record Trial(String name, String variant, int answers, int compared) {

    /** The same variant, loaded and out of the way. */
    Trial withdrawn() {
      return new Trial(name, variant, 0, 0);
    }
  }

  static Traffic alone(Optional<String> stable, List<String> replaces) {
    return new Traffic(stable, replaces, Optional.empty(), true);
  }

  /** The same with nothing for the trial. */
  public Traffic withdrawn() {
    return new Traffic(stable, replaces, trial.map(Trial::withdrawn), mayLoad);
  }
}
