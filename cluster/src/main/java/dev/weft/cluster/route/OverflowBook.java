package dev.weft.cluster.route;

import dev.weft.fabric.manifest.Lane;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The overflow of each pipeline and lane of one node, as many as there are pipelines deployed. Safe
 * for use by many threads: of several frames that would begin or end one at once, one does.
 */
public final class OverflowBook {

  private final RouteRule rule;
  private final ConcurrentHashMap<Kind, Overflow> overflows = new ConcurrentHashMap<>();

  /** What goes elsewhere together. */
  private record Kind(String pipeline, Lane lane) {}

  public OverflowBook(RouteRule rule) {
    this.rule = rule;
  }

  /** Decides one frame of {@code lane} and keeps what follows of it. */
  public RouteDecision decide(FrameNeeds frame, Lane lane, Surroundings around, long nowNanos) {
    var kind = new Kind(frame.pipeline(), lane);
    var before = overflows.getOrDefault(kind, Overflow.none());
    var ruling = rule.decide(frame, around, before, nowNanos);
    if (!ruling.next().equals(before)) {
      overflows.merge(
          kind, ruling.next(), (held, next) -> held.switches() < next.switches() ? next : held);
    }
    return ruling.decision();
  }

  /** How frames of a pipeline and lane go at present. */
  public Overflow overflow(String pipeline, Lane lane) {
    return overflows.getOrDefault(new Kind(pipeline, lane), Overflow.none());
  }

  /** Whether frames of a pipeline and lane go elsewhere; makes nothing before any ever did. */
  public boolean isUnderWay(String pipeline, Lane lane) {
    return !overflows.isEmpty() && overflow(pipeline, lane).isUnderWay();
  }

  /** Forgets a pipeline that is no longer deployed. */
  public void forget(String pipeline) {
    overflows.keySet().removeIf(kind -> kind.pipeline().equals(pipeline));
  }
}
