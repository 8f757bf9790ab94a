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
  MAX_ABS(Elements.NUMBERS, true, Double.POSITIVE_INFINITY),
  /** Length of the difference over the length of what it differs from; dimensionless. */
  RELATIVE_L2(Elements.NUMBERS, true, Double.POSITIVE_INFINITY),
  /** 1 - cosine of the angle between the two outputs; 0 to 2. */
  COSINE_DISTANCE(Elements.NUMBERS, true, 2),
  /** Kullback-Leibler divergence of rows that are probabilities; nats. */
  KL(Elements.CLASSES, true, Double.POSITIVE_INFINITY),
  /** Jensen-Shannon divergence of rows that are probabilities; nats, 0 to ln 2. */
  JS(Elements.CLASSES, true, Math.log(2)),
  /** Share of rows whose largest element is another. */
  TOP1_FLIPS(Elements.CLASSES, false, 1),
  /** Share of rows whose k largest elements are another set. */
  TOPK_FLIPS(Elements.CLASSES, false, 1),
  /** Share of the nearest among earlier rows that are no longer so. */
  NEIGHBOURS_LOST(Elements.EMBEDDINGS, false, 1),
  /** Share of elements that differ at all. */
  MISMATCHES(Elements.NAMES, false, 1);

  /** Size of the set that {@link #TOPK_FLIPS} is about. */
  public static final int TOP_K = 5;

  /** Longest row whose {@link #NEIGHBOURS_LOST} are counted. */
  public static final int EMBEDDING_MAX = 4_096;

  /** What a metric takes an output's elements for. */
  private enum Elements {
    /** Numbers, whatever they mean. */
    NUMBERS,
    /** How much each class of a row has for it. */
    CLASSES,
    /** Rows whose neighbours count. */
    EMBEDDINGS,
    /** Equal or not, and no more. */
    NAMES
  }

  private final Elements elements;
  private final boolean isDistance;
  private final double valueMax;

  OutputMetric(Elements elements, boolean isDistance, double valueMax) {
    this.elements = elements;
    this.isDistance = isDistance;
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

  /** Whether one output can have both: its elements are taken for one thing. */
  public boolean goesWith(OutputMetric other) {
    var areNames = elements == Elements.NAMES;
    return elements == other.elements
        || !areNames && other.elements == Elements.NUMBERS
        || elements == Elements.NUMBERS && other.elements != Elements.NAMES;
  }

  /**
   * Whether elements of {@code datatype} can be taken for what this metric is of. Floats are no
   * names: two variants hardly ever give the same to the last bit. Texts and truth values are
   * neither classes nor embeddings, and whole numbers no probabilities.
   */
  public boolean isOf(Datatype datatype) {
    return switch (this) {
      case MAX_ABS, RELATIVE_L2, COSINE_DISTANCE -> datatype != Datatype.BYTES;
      case KL, JS -> datatype.isFloat();
      case TOP1_FLIPS, TOPK_FLIPS, NEIGHBOURS_LOST ->
          datatype != Datatype.BYTES && datatype != Datatype.BOOL;
      case MISMATCHES -> !datatype.isFloat();
    };
  }

  /** Shortest row, the last axis of an output, of which this metric can be other than 0. */
  public long rowMin() {
    return switch (this) {
      case KL, JS, TOP1_FLIPS, NEIGHBOURS_LOST -> 2;
      case TOPK_FLIPS -> TOP_K + 1L;
      case MAX_ABS, RELATIVE_L2, COSINE_DISTANCE, MISMATCHES -> 0;
    };
  }

  /** Longest row of which this metric is taken. */
  public long rowMax() {
    return this == NEIGHBOURS_LOST ? EMBEDDING_MAX : Long.MAX_VALUE;
  }

  /** Whether it is of a direction, so that of a single element only the sign is left. */
  public boolean isOfDirections() {
    return this == COSINE_DISTANCE;
  }

  /**
   * Whether a limit on this metric says what the elements of {@code datatype} are. If none of an
   * output's limits does, truth values and whole numbers of 32 bits and more are names.
   */
  public boolean settles(Datatype datatype) {
    return switch (datatype) {
      case BOOL, INT32, INT64, UINT32, UINT64 -> elements != Elements.NUMBERS;
      case BYTES, INT8, UINT8, INT16, UINT16, FP16, BF16, FP32, FP64 -> true;
    };
  }
}
