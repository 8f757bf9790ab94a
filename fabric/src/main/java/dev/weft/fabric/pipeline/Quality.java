package dev.weft.fabric.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an answer lacks against one that an idle node would have given.
 *
 * @param skipped steps that did not run
 * @param degraded steps that a cheaper variant ran
 * @param unpaired inputs that did not come in time to be paired
 * @param deferred steps that run later, if there are any
 * @param stale age of an answer that was given before and stands in for one of this frame; empty if
 *     it is the frame's own
 */
public record Quality(
    List<Skipped> skipped,
    List<Degraded> degraded,
    List<String> unpaired,
    Optional<Deferred> deferred,
    Optional<Duration> stale) {

  private static final Quality FULL =
      new Quality(List.of(), List.of(), List.of(), Optional.empty());

  public Quality {
    skipped = List.copyOf(skipped);
    degraded = List.copyOf(degraded);
    unpaired = List.copyOf(unpaired);
  }

  /** Of an answer of the frame's own. */
  public Quality(
      List<Skipped> skipped,
      List<Degraded> degraded,
      List<String> unpaired,
      Optional<Deferred> deferred) {
    this(skipped, degraded, unpaired, deferred, Optional.empty());
  }

  /** The same of an answer that is given once more; what was deferred is not told again. */
  public Quality stale(Duration age) {
    return new Quality(skipped, degraded, unpaired, Optional.empty(), Optional.of(age));
  }

  /** Of an answer that lacks nothing. */
  public static Quality full() {
    return FULL;
  }

  /** A step that a cheaper variant ran because of load. */
  public record Degraded(String step, String variant) {}
}
