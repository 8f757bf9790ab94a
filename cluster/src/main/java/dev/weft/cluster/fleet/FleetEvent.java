package dev.weft.cluster.fleet;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What happened to a stage's rollout in the fleet. Facts: they always apply. */
sealed interface FleetEvent {

  String stage();

  /**
   * Somebody started one; its first wave begins.
   *
   * @param region whose journal counts the epochs
   * @param takenBack epochs before it of which nothing may stay
   * @param declared the variant, for nodes whose manifests do not have it; empty if the region did
   *     not know it
   */
  record Started(
      String stage,
      long epoch,
      SiteName region,
      String variant,
      String manifest,
      List<Wave> waves,
      List<Long> takenBack,
      Optional<DeclaredVariant> declared,
      Instant at)
      implements FleetEvent {

    public Started {
      waves = List.copyOf(waves);
      takenBack = List.copyOf(takenBack);
    }
  }

  /**
   * The next wave begins.
   *
   * @param begun how many have begun now
   */
  record WaveBegan(String stage, int begun, Instant at) implements FleetEvent {}

  /** A node told something new. */
  record Reported(String stage, NodeId node, NodeReport report, Instant at) implements FleetEvent {}

  /** It is not under way any more, or {@link FleetRollout.Phase#TAKEN_BACK} after that. */
  record Ended(String stage, FleetRollout.Phase phase, String why, Instant at)
      implements FleetEvent {}
}
