package dev.weft.cluster.route;

import dev.weft.fabric.manifest.Reach;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * What a frame needs of the node that answers it.
 *
 * @param timeLeft until its deadline
 * @param bytes of its inputs and of what is expected to come back, together
 * @param abilities that the variants it would run need
 * @param labels where it may be
 * @param reach what is tried where the node it came to cannot answer in time
 * @param isHeldHere whether something it needs is on the node it came to alone, such as the state
 *     of its sequence
 * @param failedAt nodes at which it was tried and failed
 */
public record FrameNeeds(
    String pipeline,
    Duration timeLeft,
    long bytes,
    Set<String> abilities,
    Labels labels,
    Reach reach,
    boolean isHeldHere,
    Set<String> failedAt) {

  public FrameNeeds {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: %d (expected: >= 0)".formatted(bytes));
    }
    abilities = Set.copyOf(abilities);
    failedAt = Set.copyOf(failedAt);
  }

  /** The same after it failed at a node, with the time it has then: what is decided anew. */
  public FrameNeeds after(String failedNode, Duration left) {
    var failed = new HashSet<>(failedAt);
    failed.add(failedNode);
    return new FrameNeeds(pipeline, left, bytes, abilities, labels, reach, isHeldHere, failed);
  }
}
