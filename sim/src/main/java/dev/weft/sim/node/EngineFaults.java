package dev.weft.sim.node;

import java.time.Duration;

/**
 * How an engine double behaves.
 *
 * @param service time of an average run; single runs are spread around it exponentially
 * @param slow share of runs that take {@value #SLOW_FACTOR} times as long, 0 to 1
 * @param hang share of runs that do not come back for {@link #HANG}, whoever cancels them
 * @param fail share of runs that throw
 * @param nan share of runs whose outputs are no numbers
 */
public record EngineFaults(Duration service, double slow, double hang, double fail, double nan) {

  static final int SLOW_FACTOR = 20;
  static final Duration HANG = Duration.ofMinutes(2);

  /** Runs that all end well. */
  public static EngineFaults none(Duration service) {
    return new EngineFaults(service, 0, 0, 0, 0);
  }
}
