package dev.weft.fabric.manifest;

import dev.weft.stages.tensor.Datatype;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A measure of how far a candidate's output lies from that of the variant it is to replace, as a
 * rollout's limits name it. What each is exactly stands with the comparison that takes it.
 */
public enum OutputMetric implements Word {
  /** Largest absolute difference of two elements; in the output's unit. */
  MAX_ABS(Double.POSITIVE_INFINITY),
  /** Length of the difference over the length of what it differs from; dimensionless. */
  RELATIVE_L2(Double.POSITIVE_INFINITY),
  /** 1 - cosine of the angle between the two outputs; 0 to 2. */
  COSINE_DISTANCE(2),
  /** Kullback-Leibler divergence of rows that are probabilities; nats. */
  KL(Double.POSITIVE_INFINITY),
  /** Jensen-Shannon divergence of rows that are probabilities; nats, 0 to ln 2. */
  JS(Math.log(2)),
  /** Share of rows whose largest element is another. */
  TOP1_FLIPS,
  /** Share of rows whose k largest elements are another set. */
  TOPK_FLIPS,
  /** Share of the nearest among earlier rows that are no longer so. */
  NEIGHBOURS_LOST,
  /** Share of elements that differ at all, where elements are names rather than quantities. */
  MISMATCHES;

  private final boolean isDistance;
  private final double valueMax;

  /** A share. */
  OutputMetric() {
    this.isDistance = false;
    this.valueMax = 1;
  }

  /** A distance. */
  OutputMetric(double valueMax) {
    this.isDistance = true;
    this.valueMax = valueMax;
  }

  /** The metric that manifests write as {@code word}. */
  public static Optional<OutputMetric> of(String word) {
    return Arrays.stream(values()).filter(metric -> metric.word().equals(word)).findFirst();
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(OutputMetric::word).toList();
  }

  /** Whether a frame's value is a distance, judged by how many frames lie beyond a bound. */
  public boolean isDistance() {
    return isDistance;
  }

  /** The value that no frame goes beyond; infinite if there is none. */
  public double valueMax() {
    return valueMax;
  }

  /**
   * Whether outputs of {@code datatype} have this metric, where nobody says what their elements
   * mean: truth values, texts and whole numbers of 32 bits and more are taken for names.
   */
  public boolean isOf(Datatype datatype) {
    var areNames =
        switch (datatype) {
          case BYTES, BOOL, INT32, INT64, UINT32, UINT64 -> true;
          case INT8, UINT8, INT16, UINT16, FP16, BF16, FP32, FP64 -> false;
        };
    return areNames == (this == MISMATCHES);
  }
}
