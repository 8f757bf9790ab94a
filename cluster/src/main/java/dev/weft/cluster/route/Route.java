package dev.weft.cluster.route;

import dev.weft.cluster.site.SiteName;
import java.time.Duration;

/** How a frame is answered. */
public sealed interface Route {

  /** By the node it came to, as declared. */
  record Local() implements Route {}

  /**
   * By another node.
   *
   * @param predicted time until its answer is back
   */
  record Away(String node, SiteName site, Duration predicted) implements Route {}

  /** By the node it came to, with the cheaper variants that steps declare for load. */
  record Cheaper() implements Route {}

  /**
   * By an answer that was given before, which the caller must be told.
   *
   * @param age of it
   */
  record Cached(Duration age) implements Route {}

  /** Not at all. */
  record Refused(Refusal refusal) implements Route {}

  /** Why a frame is not answered. */
  enum Refusal {
    /** There is no place where it may be. */
    RESIDENCY,
    /** No node that may have it is expected to answer in time. */
    DEADLINE,
    /** No node that may have it can run it now. */
    UNAVAILABLE
  }

  /** Whether it needs no other node. */
  default boolean isLocal() {
    return !(this instanceof Away);
  }
}
