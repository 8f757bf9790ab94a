package dev.weft.cluster.fleet;

import java.util.List;

/** What happened to what a node keeps of the fleet's rollouts. Facts: they always apply. */
sealed interface FollowerEvent {

  String stage();

  /**
   * It took an instruction; none before it counts any more.
   *
   * @param number of the node's latest rollout of the stage then; 0 for none
   */
  record Taken(
      String stage,
      long epoch,
      String region,
      Order order,
      String variant,
      List<Long> takenBack,
      long number)
      implements FollowerEvent {

    public Taken {
      takenBack = List.copyOf(takenBack);
    }
  }
}
