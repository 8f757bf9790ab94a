package dev.weft.fabric.manifest;

/**
 * How many frames one run of a stage may take together: those that queued while the run before was
 * under way, so nothing ever waits for a batch to fill.
 *
 * @param maxBatchSize frames per run, at least 1
 * @param maxBytes most input bytes of one run, at least 1
 * @param mixTenants whether frames of several tenants may share a run
 * @param mixPrivacy whether frames of several privacy classes may share a run
 */
public record Batching(int maxBatchSize, long maxBytes, boolean mixTenants, boolean mixPrivacy) {

  public static final long DEFAULT_BYTES = 64L << 20;

  public Batching {
    if (maxBatchSize < 1) {
      throw new IllegalArgumentException(
          "batching.maxBatchSize: %d (expected: >= 1)".formatted(maxBatchSize));
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "batching.maxBytes: %d (expected: >= 1)".formatted(maxBytes));
    }
  }

  public static Batching none() {
    return upTo(1);
  }

  /** Of one tenant and one privacy class. */
  public static Batching upTo(int maxBatchSize) {
    return new Batching(maxBatchSize, DEFAULT_BYTES, false, false);
  }
}
