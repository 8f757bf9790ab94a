package dev.weft.cluster.route;

import dev.weft.fabric.manifest.Fallback;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;

/** What must hold of a route, told in another way than the rule tells it. */
final class RouteOracle {

  private RouteOracle() {}

  /** What does not hold; empty if all does. */
  static Optional<String> problem(
      Topology topology, FrameNeeds frame, Surroundings around, RouteDecision decision) {
    var here = around.here();
    var found =
        switch (decision.route()) {
          case Route.Away(var name, var site, var predicted) -> {
            var node = Objects.requireNonNull(topology.byName().get(name), name);
            yield away(frame, here, node, predicted)
                .or(() -> node.site().equals(site) ? Optional.empty() : Optional.of("site"));
          }
          case Route.Local(), Route.Cheaper() -> ran(frame, here);
          case Route.Cached(var age) -> cached(frame, here, age);
          case Route.Refused(var refusal) -> refused(frame, around, refusal, decision);
        };
    return found.map(problem -> problem + " by " + decision.explanation());
  }

  private static Optional<String> ran(FrameNeeds frame, Candidate here) {
    if (!mayBe(frame, here, true)) {
      return Optional.of("residency: runs here");
    }
    return canRun(frame, here) ? Optional.empty() : Optional.of("cannot run here");
  }

  private static Optional<String> cached(FrameNeeds frame, Candidate here, Duration age) {
    if (!mayBe(frame, here, true)) {
      return Optional.of("residency: cached here");
    }
    return frame.reach().fallback().contains(Fallback.CACHED) && age.toSeconds() <= 30
        ? Optional.empty()
        : Optional.of("cached");
  }

  private static Optional<String> away(
      FrameNeeds frame, Candidate here, Candidate node, Duration predicted) {
    if (!mayBe(frame, node, false)) {
      return Optional.of("residency: sent to " + node);
    }
    if (frame.isHeldHere() || !node.link().isOpen() || node.age().toMillis() > 5_000) {
      return Optional.of("sent where it cannot go");
    }
    if (!canRun(frame, node)) {
      return Optional.of("sent to who cannot run it");
    }
    var tier =
        node.site().equals(here.site())
            ? Fallback.SITE
            : Fallback.valueOf(node.role().name().replace("EDGE", "ELSEWHERE"));
    if (!frame.reach().fallback().contains(tier)) {
      return Optional.of("sent where the list does not say");
    }
    return predicted.compareTo(frame.timeLeft()) <= 0
        ? Optional.empty()
        : Optional.of("sent to be late");
  }

  /** A refusal must have a reason that is true, and nothing simple may have been left. */
  private static Optional<String> refused(
      FrameNeeds frame, Surroundings around, Route.Refusal refusal, RouteDecision decision) {
    var here = around.here();
    if (decision.considered().isEmpty()) {
      return Optional.of("refused without a reason");
    }
    if (mayBe(frame, here, true) && canRun(frame, here)) {
      var inTime = here.forecast(frame.pipeline()).orElseThrow().compareTo(frame.timeLeft()) <= 0;
      if (inTime || frame.reach().fallback().contains(Fallback.LOCAL)) {
        return Optional.of("refused what fits");
      }
    }
    return refusal == Route.Refusal.RESIDENCY && mayBe(frame, here, true)
        ? Optional.of("refused for a residency that allows it")
        : Optional.empty();
  }

  private static boolean canRun(FrameNeeds frame, Candidate node) {
    return node.isAccepting()
        && node.forecasts().containsKey(frame.pipeline())
        && node.abilities().containsAll(frame.abilities())
        && !frame.failedAt().contains(node.node());
  }

  /**
   * Label by label, each on its own: one zone that all lists have, and no leaving of the device.
   */
  private static boolean mayBe(FrameNeeds frame, Candidate node, boolean isHere) {
    var common = new HashSet<>(node.zones());
    var listed = false;
    for (var label : frame.labels().said()) {
      if (label.residency().deviceOnly() && !isHere) {
        return false;
      }
      if (label.residency().zones().isPresent()) {
        listed = true;
        common.retainAll(label.residency().zones().get());
      }
    }
    return !listed || !common.isEmpty();
  }
}
