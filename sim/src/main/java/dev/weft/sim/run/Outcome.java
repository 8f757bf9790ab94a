package dev.weft.sim.run;

import dev.weft.sim.invariant.Violation;
import java.time.Duration;
import java.util.List;

/**
 * What came of one seed.
 *
 * @param digest of the whole history; equal for equal runs
 * @param steps the scheduler took
 * @param simulated virtual time that passed
 * @param violations what did not hold; empty if all did
 * @param history what happened, line by line
 */
public record Outcome(
    String scenario,
    long seed,
    String digest,
    long steps,
    Duration simulated,
    List<Violation> violations,
    List<String> history) {

  public Outcome {
    violations = List.copyOf(violations);
    history = List.copyOf(history);
  }

  public boolean passed() {
    return violations.isEmpty();
  }
}
