package dev.weft.cluster.route;

import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.manifest.Reach;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One frame's way along its fallback list, noting what is not taken. */
final class RouteWalk {

  private final RouteSettings settings;
  private final FrameNeeds frame;
  private final Surroundings around;
  private final List<Alternative> considered = new ArrayList<>();

  /** Whether something was ruled out for its time alone. */
  private boolean isLate;

  /** Whether all that was ruled out was for where the frame may be. */
  private boolean isOnlyKept = true;

  RouteWalk(RouteSettings settings, FrameNeeds frame, Surroundings around) {
    this.settings = settings;
    this.frame = frame;
    this.around = around;
  }

  RouteDecision here() {
    return decision(new Route.Local(), RouteReason.FITS_HERE);
  }

  /**
   * Where else the frame is answered.
   *
   * @param reason why not simply here
   * @param fits whether there is time for an answer here all the same
   */
  RouteDecision elsewhere(RouteReason reason, boolean fits) {
    againstHere().ifPresent(obstacle -> ruleOut(Fallback.LOCAL, "", obstacle));
    if (reason == RouteReason.TOO_LATE_HERE || reason == RouteReason.TIGHT_HERE) {
      ruleOut(
          Fallback.LOCAL, "", new Obstacle.TooLate(predictedHere(), most(settings.enterShare())));
    }
    for (var entry : frame.reach().fallback()) {
      if (entry.isLocal() && fits) {
        return decision(new Route.Local(), reason);
      }
      var route = tried(entry);
      if (route.isPresent()) {
        return decision(route.get(), reason);
      }
    }
    return decision(fits ? new Route.Local() : refused(), reason);
  }

  /** The route that an entry of the list gives; empty if it gives none. */
  private Optional<Route> tried(Fallback entry) {
    return switch (entry) {
      case SITE, REGION, ELSEWHERE -> away(entry);
      case LOCAL -> againstHere().isEmpty() ? Optional.of(new Route.Local()) : Optional.empty();
      case CHEAPER -> cheaper();
      case CACHED -> cached();
      case REFUSE -> Optional.of(refused());
    };
  }

  private Optional<Route> away(Fallback entry) {
    var best = Optional.<Candidate>empty();
    for (var candidate : around.others()) {
      if (entry != tier(candidate)) {
        continue;
      }
      var obstacle = against(candidate).or(() -> late(candidate));
      if (obstacle.isPresent()) {
        ruleOut(entry, candidate.toString(), obstacle.get());
      } else if (best.isEmpty() || isBetter(candidate, best.get())) {
        best.ifPresent(other -> ruleOutAsSlower(entry, other));
        best = Optional.of(candidate);
      } else {
        ruleOutAsSlower(entry, candidate);
      }
    }
    return best.map(node -> new Route.Away(node.node(), node.site(), predicted(node)));
  }

  private Fallback tier(Candidate candidate) {
    if (candidate.site().equals(around.here().site())) {
      return Fallback.SITE;
    }
    return candidate.role() == Role.REGION ? Fallback.REGION : Fallback.ELSEWHERE;
  }

  private boolean isBetter(Candidate candidate, Candidate than) {
    var difference = predicted(candidate).compareTo(predicted(than));
    return difference < 0 || difference == 0 && candidate.node().compareTo(than.node()) < 0;
  }

  private Optional<Route> cheaper() {
    var obstacle = againstHere();
    if (obstacle.isPresent()) {
      return Optional.empty();
    }
    if (around.cheaper().isEmpty()) {
      ruleOut(Fallback.CHEAPER, "", new Obstacle.NoCheaper());
      return Optional.empty();
    }
    var predicted = around.cheaper().get();
    if (predicted.compareTo(frame.timeLeft()) > 0) {
      ruleOut(Fallback.CHEAPER, "", new Obstacle.TooLate(predicted, frame.timeLeft()));
      return Optional.empty();
    }
    return Optional.of(new Route.Cheaper());
  }

  private Optional<Route> cached() {
    var kept = frame.labels().against(around.here().zones(), true);
    if (kept.isPresent()) {
      ruleOut(Fallback.CACHED, "", new Obstacle.Kept(kept.get()));
      return Optional.empty();
    }
    var age = around.answerAge().get();
    if (age.isEmpty()) {
      ruleOut(Fallback.CACHED, "", new Obstacle.NoAnswer());
      return Optional.empty();
    }
    var most = frame.reach().answers().map(Reach.Cached::maxAge).orElse(Duration.ZERO);
    if (age.get().compareTo(most) > 0) {
      ruleOut(Fallback.CACHED, "", new Obstacle.TooOld(age.get(), most));
      return Optional.empty();
    }
    return Optional.of(new Route.Cached(age.get()));
  }

  private Route refused() {
    if (isLate) {
      return new Route.Refused(Route.Refusal.DEADLINE);
    }
    return new Route.Refused(isOnlyKept ? Route.Refusal.RESIDENCY : Route.Refusal.UNAVAILABLE);
  }

  /** What stands against the node the frame came to, time left aside. */
  Optional<Obstacle> againstHere() {
    var here = around.here();
    var kept = frame.labels().against(here.zones(), true);
    return kept.<Obstacle>map(Obstacle.Kept::new).or(() -> unfit(here));
  }

  /** What stands against another node, time left aside; where it may be comes first. */
  private Optional<Obstacle> against(Candidate other) {
    var kept = frame.labels().against(other.zones(), false);
    if (kept.isPresent()) {
      return kept.map(Obstacle.Kept::new);
    }
    if (frame.isHeldHere()) {
      return Optional.of(new Obstacle.HeldHere());
    }
    if (other.age().compareTo(settings.factsAgeMax()) > 0) {
      return Optional.of(new Obstacle.Stale(other.age()));
    }
    return other.link().isOpen() ? unfit(other) : Optional.of(new Obstacle.LinkDown());
  }

  private Optional<Obstacle> unfit(Candidate node) {
    if (frame.failedAt().contains(node.node())) {
      return Optional.of(new Obstacle.Failed());
    }
    if (!node.isAccepting()) {
      return Optional.of(new Obstacle.Closed());
    }
    if (node.forecast(frame.pipeline()).isEmpty()) {
      return Optional.of(new Obstacle.NotDeployed());
    }
    if (node.abilities().containsAll(frame.abilities())) {
      return Optional.empty();
    }
    var missing =
        frame.abilities().stream()
            .filter(ability -> !node.abilities().contains(ability))
            .sorted()
            .toList();
    return Optional.of(new Obstacle.Unable(missing));
  }

  private Optional<Obstacle> late(Candidate other) {
    var predicted = predicted(other);
    var most = most(settings.awayShare());
    return predicted.compareTo(most) > 0
        ? Optional.of(new Obstacle.TooLate(predicted, most))
        : Optional.empty();
  }

  /** Why a frame cannot simply be answered here. */
  static RouteReason reason(Obstacle obstacle) {
    return switch (obstacle) {
      case Obstacle.Kept _ -> RouteReason.NOT_ALLOWED_HERE;
      case Obstacle.Failed() -> RouteReason.FAILED_HERE;
      case Obstacle.Closed() -> RouteReason.CLOSED_HERE;
      case Obstacle.NotDeployed() -> RouteReason.NOT_DEPLOYED_HERE;
      case Obstacle.Unable _ -> RouteReason.UNABLE_HERE;
      case Obstacle.TooLate _,
          Obstacle.HeldHere _,
          Obstacle.Stale _,
          Obstacle.LinkDown _,
          Obstacle.Slower _,
          Obstacle.NoCheaper _,
          Obstacle.NoAnswer _,
          Obstacle.TooOld _ ->
          RouteReason.TOO_LATE_HERE;
    };
  }

  Duration predictedHere() {
    return around.here().forecast(frame.pipeline()).orElseThrow();
  }

  /** On the link there and back, and there. */
  private Duration predicted(Candidate other) {
    var service = other.forecast(frame.pipeline()).orElseThrow();
    return other.link().hop(frame.bytes()).plus(service);
  }

  /** A share of the time the frame has; never less than none. */
  Duration most(double share) {
    var nanos = (long) (frame.timeLeft().toNanos() * share);
    return nanos < 0 ? Duration.ZERO : Duration.ofNanos(nanos);
  }

  private void ruleOutAsSlower(Fallback entry, Candidate candidate) {
    ruleOut(entry, candidate.toString(), new Obstacle.Slower(predicted(candidate)));
  }

  private void ruleOut(Fallback how, String where, Obstacle obstacle) {
    isLate |= obstacle instanceof Obstacle.TooLate;
    isOnlyKept &= obstacle instanceof Obstacle.Kept;
    if (considered.size() < RouteDecision.CONSIDERED_MAX) {
      considered.add(new Alternative(how, where, obstacle));
    }
  }

  private RouteDecision decision(Route route, RouteReason reason) {
    return new RouteDecision(route, reason, considered, frame.timeLeft());
  }
}
