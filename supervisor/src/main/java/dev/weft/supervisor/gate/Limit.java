package dev.weft.supervisor.gate;

import dev.weft.supervisor.comparison.Metric;

/** What a candidate must keep to. */
public sealed interface Limit {

  Kpi kpi();

  /** What of the KPI, with the tensor where it is of one; tells limits of one rollout apart. */
  String metric();

  /** The number that a gate's interval is held against. */
  double max();

  /**
   * The candidate's latency at a quantile, as a multiple of the stable variant's.
   *
   * @param quantile such as 0.95
   */
  record TailLatency(double quantile, double max) implements Limit {
    public TailLatency {
      requireWithin("quantile", quantile, 1);
      requirePositive("ratio", max);
    }

    @Override
    public Kpi kpi() {
      return Kpi.TAIL_LATENCY;
    }

    /** For example {@code p95 ratio}. */
    @Override
    public String metric() {
      return "p%s ratio".formatted(Numbers.plain(quantile * 100));
    }
  }

  /**
   * The share of the candidate's runs that do not end in time, less that of the stable variant's
   * where that answers, too.
   *
   * @param max share of runs, in ]0, 1[
   */
  record LateRuns(double max) implements Limit {
    public LateRuns {
      requireWithin("share", max, 1);
    }

    @Override
    public Kpi kpi() {
      return Kpi.TAIL_LATENCY;
    }

    @Override
    public String metric() {
      return "late runs beyond the stable ones";
    }
  }

  /** The candidate's mean processor time per run, as a multiple of the stable variant's. */
  record CpuTime(double max) implements Limit {
    public CpuTime {
      requirePositive("ratio", max);
    }

    @Override
    public Kpi kpi() {
      return Kpi.CPU;
    }

    @Override
    public String metric() {
      return "mean ratio";
    }
  }

  /**
   * The share of frames whose distance lies above a bound.
   *
   * @param tensor name of the output
   * @param distance a metric of kind {@link Metric.Kind#DISTANCE}
   * @param bound in the metric's unit
   * @param max share of frames, in ]0, 1[
   */
  record FarFrames(String tensor, Metric distance, double bound, double max) implements Limit {
    public FarFrames {
      requireKind(distance, Metric.Kind.DISTANCE);
      requireWithin("share", max, 1);
      if (!(bound >= 0)) {
        throw new IllegalArgumentException("bound: %s (expected: >= 0)".formatted(bound));
      }
    }

    @Override
    public Kpi kpi() {
      return Kpi.SHADOW_ERROR;
    }

    /** For example {@code relative-l2 > 0.05 of 'logits'}. */
    @Override
    public String metric() {
      return "%s > %s of '%s'".formatted(distance.word(), Numbers.plain(bound), tensor);
    }
  }

  /**
   * The mean share of what changed.
   *
   * @param tensor name of the output
   * @param share a metric of kind {@link Metric.Kind#SHARE}
   * @param max mean of the shares, in ]0, 1[
   */
  record Changes(String tensor, Metric share, double max) implements Limit {
    public Changes {
      requireKind(share, Metric.Kind.SHARE);
      requireWithin("share", max, 1);
    }

    @Override
    public Kpi kpi() {
      return Kpi.SHADOW_ERROR;
    }

    /** For example {@code top1-flips of 'logits'}. */
    @Override
    public String metric() {
      return "%s of '%s'".formatted(share.word(), tensor);
    }
  }

  /** The share of the candidate's runs that fail. */
  record FailedRuns(double max) implements Limit {
    public FailedRuns {
      requireWithin("share", max, 1);
    }

    @Override
    public Kpi kpi() {
      return Kpi.SHADOW_ERROR;
    }

    @Override
    public String metric() {
      return "failed runs";
    }
  }

  private static void requireKind(Metric metric, Metric.Kind kind) {
    if (metric.kind() != kind) {
      throw new IllegalArgumentException(
          "metric: %s, a %s (expected: a %s)".formatted(metric.word(), metric.kind(), kind));
    }
  }

  private static void requireWithin(String name, double value, double below) {
    if (!(value > 0 && value < below)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: > 0 and < %s)".formatted(name, value, below));
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("%s: %s (expected: > 0)".formatted(name, value));
    }
  }
}
