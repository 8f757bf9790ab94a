package dev.weft.cluster.route;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What there is to answer a frame.
 *
 * @param here the node it came to
 * @param others all else that is known
 * @param cheaper time until an answer here by cheaper variants; empty if none are loaded
 * @param answerAge age of the last answer that could stand in, asked for once at most; empty if
 *     there is none
 * @param pressures what else speaks for or against an answer here
 */
public record Surroundings(
    Candidate here,
    List<Candidate> others,
    Optional<Duration> cheaper,
    Supplier<Optional<Duration>> answerAge,
    List<Pressure> pressures) {

  public Surroundings {
    others = List.copyOf(others);
    pressures = List.copyOf(pressures);
  }

  /** Nodes alone: no cheaper variant, no earlier answer, no pressure. */
  public static Surroundings of(Candidate here, List<Candidate> others) {
    return new Surroundings(here, others, Optional.empty(), Optional::empty, List.of());
  }
}
