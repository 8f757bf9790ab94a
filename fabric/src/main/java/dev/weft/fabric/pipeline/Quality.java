package dev.weft.fabric.pipeline;

import java.util.List;
import java.util.Optional;

/**
 * What an answer lacks against one that an idle node would have given.
 *
 * @param skipped steps that did not run
 * @param degraded steps that a cheaper variant ran
 * @param unpaired inputs that did not come in time to be paired
 * @param deferred steps that run later, if there are any
 */
public record Quality(
    List<Skipped> skipped,
    List<Degraded> degraded,
    List<String> unpaired,
    Optional<Deferred> deferred) {

  private static final Quality FULL =
      new Quality(List.of(), List.of(), List.of(), Optional.empty());

  public Quality {
    skipped = List.copyOf(skipped);
    degraded = List.copyOf(degraded);
    unpaired = List.copyOf(unpaired);
  }

  /** Of an answer that lacks nothing. */
  public static Quality full() {
    return FULL;
  }

  /** A step that a cheaper variant ran because of load. */
  public record Degraded(String step, String variant) {}
}
