package dev.weft.fabric.manifest;

/**
 * How many frames one run of a stage may take together.
 *
 * @param maxBatchSize frames per run, at least 1
 */
public record Batching(int maxBatchSize) {

  public Batching {
    if (maxBatchSize < 1) {
      throw new IllegalArgumentException(
          "batching.maxBatchSize: %d (expected: >= 1)".formatted(maxBatchSize));
    }
  }

  public static Batching none() {
    return new Batching(1);
  }
}
