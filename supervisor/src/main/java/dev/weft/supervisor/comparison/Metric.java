package dev.weft.supervisor.comparison;

/** A measure of how far a candidate's output lies from the stable variant's on the same input. */
public enum Metric {
  /** Largest absolute difference of two elements; in the output's unit. */
  MAX_ABS("max-abs", Kind.DISTANCE),
  /** Length of the difference over the length of the stable output; dimensionless. */
  RELATIVE_L2("relative-l2", Kind.DISTANCE),
  /** 1 - cosine of the angle between the two outputs, each as one vector; 0 to 2. */
  COSINE_DISTANCE("cosine-distance", Kind.DISTANCE),
  /** Kullback-Leibler divergence of the candidate from the stable, mean of rows; nats. */
  KL("kl", Kind.DISTANCE),
  /** Jensen-Shannon divergence, mean of rows; nats, 0 to ln 2. */
  JS("js", Kind.DISTANCE),
  /** Rows whose largest element is another. */
  TOP1_FLIPS("top1-flips", Kind.SHARE),
  /** Rows whose k largest elements are another set. */
  TOPK_FLIPS("topk-flips", Kind.SHARE),
  /** Nearest among earlier rows that are no longer so; the share of k. */
  NEIGHBOURS_LOST("neighbours-lost", Kind.SHARE),
  /** Elements that differ at all, where elements are names rather than quantities. */
  MISMATCHES("mismatches", Kind.SHARE);

  /** What a frame yields. */
  public enum Kind {
    /** A number >= 0, judged by how many frames lie above a bound. */
    DISTANCE,
    /** A share from 0 to 1, judged by its mean. */
    SHARE
  }

  private final String word;
  private final Kind kind;

  Metric(String word, Kind kind) {
    this.word = word;
    this.kind = kind;
  }

  public String word() {
    return word;
  }

  public Kind kind() {
    return kind;
  }
}
