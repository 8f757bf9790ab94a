package dev.weft.gateway.observatory;

import java.util.Optional;

/**
 * What operators may ask of this process, beyond what every one offers.
 *
 * @param rollouts empty where rollouts are off
 * @param replays empty where frames are not recorded
 * @param cluster empty where the process is no node of one
 */
public record Desks(
    Optional<RolloutDesk> rollouts, Optional<ReplayDesk> replays, Optional<ClusterDesk> cluster) {

  /** Nothing. */
  public static Desks none() {
    return new Desks(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
