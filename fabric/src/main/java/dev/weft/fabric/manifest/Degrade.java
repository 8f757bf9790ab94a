package dev.weft.fabric.manifest;

import java.time.Duration;
import java.util.Optional;

/** What a step does instead of running as declared while a load condition holds. */
public sealed interface Degrade {

  LoadCondition when();

  /** Does not run; what is declared stands in for its outputs. */
  record Skip(LoadCondition when) implements Degrade {}

  /**
   * Does not run now: the frame is answered without it, and the step and what depends on it run
   * later in the background lane.
   *
   * @param within time after the answer in which they must have run
   */
  record Defer(LoadCondition when, Duration within) implements Degrade {
    public static final Duration DEFAULT_WITHIN = Duration.ofSeconds(30);
  }

  /** Runs another, cheaper variant of the stage. */
  record Cheaper(LoadCondition when, String variant) implements Degrade {}

  /** The variant this may run beside the declared one. */
  default Optional<String> otherVariant() {
    return switch (this) {
      case Skip _, Defer _ -> Optional.empty();
      case Cheaper(_, var variant) -> Optional.of(variant);
    };
  }
}
