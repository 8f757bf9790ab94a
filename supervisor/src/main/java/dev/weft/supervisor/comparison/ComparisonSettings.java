package dev.weft.supervisor.comparison;

import java.util.Map;

/**
 * How outputs are compared.
 *
 * @param kinds of outputs by name; those not named are {@link OutputKind#DETECTED}
 * @param topK size of the set of largest elements that is watched beside the largest
 * @param neighbours how many nearest rows of an embedding are watched
 * @param reservoir earlier rows of an embedding that are kept to be neighbours; memory per output
 *     is twice this times the row's length
 * @param gridElements elements per frame and output that enter its distribution, spread evenly
 */
public record ComparisonSettings(
    Map<String, OutputKind> kinds, int topK, int neighbours, int reservoir, int gridElements) {

  /**
   * Elements of one output whose distances are taken; of a larger one, its first. A NaN or an
   * infinity is found among all.
   */
  public static final int ELEMENTS_MAX = 1 << 20;

  /** Frames kept of each output as the worst. */
  public static final int WORST_MAX = 10;

  /** Longest row of an embedding whose neighbours are watched. */
  static final int EMBEDDING_MAX = 4_096;

  public ComparisonSettings {
    kinds = Map.copyOf(kinds);
    if (topK < 1 || neighbours < 1 || reservoir <= neighbours || gridElements < 1) {
      throw new IllegalArgumentException(
          "comparison: top %d, %d neighbours of %d, %d elements (expected: >= 1, fewer than kept)"
              .formatted(topK, neighbours, reservoir, gridElements));
    }
  }

  /** Top 5, 5 neighbours of 64, 64 elements. */
  public static ComparisonSettings usual() {
    return new ComparisonSettings(Map.of(), 5, 5, 64, 64);
  }

  public ComparisonSettings with(Map<String, OutputKind> declared) {
    return new ComparisonSettings(declared, topK, neighbours, reservoir, gridElements);
  }

  OutputKind kind(String output) {
    return kinds.getOrDefault(output, OutputKind.DETECTED);
  }
}
