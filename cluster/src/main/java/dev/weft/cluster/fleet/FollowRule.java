package dev.weft.cluster.fleet;

import dev.weft.cluster.fleet.LocalRollout.Phase;
import java.util.Optional;

/** What a node does about what it took, and how it stands with it; pure. */
final class FollowRule {

  private FollowRule() {}

  /** What is to be done on the node. */
  sealed interface Deed {

    /** The rollout that was ordered begins. */
    record Start() implements Deed {}

    /** The latest rollout is taken back. */
    record TakeBack(String why) implements Deed {}
  }

  /** The next thing to do; empty if nothing is left to do. */
  static Optional<Deed> deed(Following following, LocalRollout local) {
    var origin = following.origin(local.number(), local.candidate());
    if (origin.isPresent()) {
      var epoch = origin.get().epoch();
      if (following.takenBack().contains(epoch) && isInPlace(local)) {
        return takeBack("the fleet's rollout %d was taken back".formatted(epoch));
      }
      if (epoch < following.epoch() && local.isUnderWay()) {
        return takeBack("the fleet's rollout %d follows".formatted(following.epoch()));
      }
    }
    return isToStart(following, local) ? Optional.of(new Deed.Start()) : Optional.empty();
  }

  private static Optional<Deed> takeBack(String why) {
    return Optional.of(new Deed.TakeBack(why));
  }

  private static boolean isInPlace(LocalRollout local) {
    return local.isUnderWay() || local.phase() == Phase.PROMOTED;
  }

  private static boolean isToStart(Following following, LocalRollout local) {
    return following.order() == Order.BEGIN
        && following.begin().filter(begin -> begin.after() == local.number()).isPresent()
        && !local.isUnderWay()
        && !isThere(following, local);
  }

  /** Whether it runs already, by itself. */
  private static boolean isThere(Following following, LocalRollout local) {
    return local.running().size() == 1 && local.running().contains(following.variant());
  }

  /**
   * How a node stands after all was done that could be.
   *
   * @param problem why something could not be; empty if all could
   */
  static NodeReport report(Following following, LocalRollout local, String problem, long process) {
    if (!problem.isEmpty()) {
      return report(following, Standing.REFUSES, problem, process);
    }
    if (following.order() != Order.BEGIN) {
      return report(following, Standing.KEEPS, "", process);
    }
    var begin = following.begin();
    if (begin.isPresent() && begin.get().isOf(local.number(), local.candidate())) {
      return report(following, standing(local.phase()), local.why(), process);
    }
    if (isThere(following, local)) {
      return report(following, Standing.HOLDS, "it runs already", process);
    }
    return isToStart(following, local) && !local.running().isEmpty()
        ? report(following, Standing.BRINGS, "it has not begun", process)
        : report(following, Standing.REFUSES, overtaken(local), process);
  }

  /**
   * How a node stands that cannot begin before a model is there.
   *
   * @param progress how much of it is
   */
  static NodeReport bringing(Following following, String progress, long process) {
    return report(following, Standing.BRINGS, progress, process);
  }

  private static String overtaken(LocalRollout local) {
    return local.running().isEmpty()
        ? "no step runs the stage (expected: one)"
        : "rollout %d to '%s' was started here by somebody else (expected: none)"
            .formatted(local.number(), local.candidate());
  }

  private static Standing standing(Phase phase) {
    return switch (phase) {
      case NONE, TRIED -> Standing.TRIES;
      case WATCHED -> Standing.WATCHES;
      case PROMOTED -> Standing.HOLDS;
      case TAKEN_BACK -> Standing.ROLLED_BACK;
    };
  }

  private static NodeReport report(
      Following following, Standing standing, String why, long process) {
    return new NodeReport(
        following.epoch(), following.region(), following.order(), standing, why, process);
  }
}
