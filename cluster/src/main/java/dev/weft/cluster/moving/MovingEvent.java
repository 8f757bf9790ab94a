package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import java.time.Instant;

/** What happened to what is kept of sessions that move. Facts: they always apply. */
sealed interface MovingEvent {

  /** The site is to have no sessions any more; they go to another one. */
  record DrainOrdered(SiteName to, Instant at) implements MovingEvent {}

  /** It may have sessions again, and those that went come back. */
  record DrainUndone(Instant at) implements MovingEvent {}

  /** A session is about to go, for a reason that passes. */
  record WentAway(Away away) implements MovingEvent {}

  /** It came home, never went, or somebody else moved it since. */
  record AwayEnded(String session) implements MovingEvent {}
}
