package dev.weft.cluster.route;

/**
 * Decides which node answers a frame: the one it came to, unless it may not, cannot, or is expected
 * to be late; then what the pipeline's fallback list says, in its order; at last a refusal with the
 * reason.
 *
 * <p>Residency is a constraint: a node that a label keeps the frame off is never taken, whatever
 * else is the case. So that frames do not go back and forth, they begin to go elsewhere when an
 * answer here would take more than {@link RouteSettings#enterShare} of the time they have, and come
 * back when it takes less than {@link RouteSettings#leaveShare}, {@link RouteSettings#dwell} later
 * at the earliest: {@link Overflow} holds that, one for each kind of frames.
 */
public final class RouteRule {

  private final RouteSettings settings;
  private final PressureRule pressures;

  public RouteRule(RouteSettings settings, PressureRule pressures) {
    this.settings = settings;
    this.pressures = pressures;
  }

  /** A decision and how the overflow of its kind goes on. */
  public record Ruling(RouteDecision decision, Overflow next) {}

  /**
   * @param nowNanos on the clock that {@code overflow} was told by
   */
  public Ruling decide(FrameNeeds frame, Surroundings around, Overflow overflow, long nowNanos) {
    var walk = new RouteWalk(settings, frame, around);
    var obstacle = walk.againstHere();
    if (obstacle.isPresent()) {
      return new Ruling(walk.elsewhere(RouteWalk.reason(obstacle.get()), false), overflow);
    }
    var predicted = around.here().forecast(frame.pipeline()).orElseThrow();
    var leans = pressures.leansAway(around.pressures());
    var isLate = predicted.compareTo(walk.most(settings.enterShare())) > 0;
    if (!leans && !isLate && !isHeldAway(walk, overflow, nowNanos)) {
      return new Ruling(walk.here(), overflow.ended(nowNanos));
    }
    var fits = predicted.compareTo(frame.timeLeft()) <= 0;
    var reason =
        isLate
            ? fits ? RouteReason.TIGHT_HERE : RouteReason.TOO_LATE_HERE
            : leans ? RouteReason.PRESSED : RouteReason.OVERFLOWING;
    var decision = walk.elsewhere(reason, fits);
    var begins = !decision.route().isLocal();
    return new Ruling(decision, begins ? overflow.begun(nowNanos) : overflow);
  }

  /** Whether an overflow that is under way takes a frame with it for which there is time here. */
  private boolean isHeldAway(RouteWalk walk, Overflow overflow, long nowNanos) {
    if (!overflow.isUnderWay()) {
      return false;
    }
    var isYoung = nowNanos - overflow.sinceNanos() < settings.dwell().toNanos();
    return isYoung || walk.predictedHere().compareTo(walk.most(settings.leaveShare())) > 0;
  }
}
