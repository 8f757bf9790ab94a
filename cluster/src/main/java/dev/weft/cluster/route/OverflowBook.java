package dev.weft.cluster.route;

import dev.weft.fabric.manifest.Lane;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The overflow of each pipeline and lane of one node. Safe for use by many threads: of several
 * frames that would begin or end one at once, one does.
 */
public final class OverflowBook {

  /** More than a node deploys at once; beyond, what goes elsewhere begins to do so anew. */
  private static final int KINDS_MAX = 4_096;

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
      if (overflows.size() >= KINDS_MAX) {
        overflows.clear();
      }
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
}
