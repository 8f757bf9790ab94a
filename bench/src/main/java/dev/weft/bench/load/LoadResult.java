package dev.weft.bench.load;

import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What became of a load, and how well its generator kept time.
 *
 * @param lateness of the generator: from a call's schedule to its submit, in nanoseconds
 * @param ingress how long each submit took, in nanoseconds
 * @param generatorCpuShare CPU time of the generator's thread as a share of one core's, submitting
 *     included
 */
public record LoadResult(
    List<StreamResult> streams, Histogram lateness, Histogram ingress, double generatorCpuShare) {

  /** Latest p99 of the generator with which a load is still what it claims to be. */
  private static final double LATENESS_P99_MILLIS_MAX = 20;

  public LoadResult {
    streams = List.copyOf(streams);
  }

  public StreamResult stream(String name) {
    return streams.stream()
        .filter(stream -> stream.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "stream: '%s' (expected: one of %s)"
                        .formatted(name, streams.stream().map(StreamResult::name).toList())));
  }

  /**
   * Whether the load came as it was planned; if not, the generator was the bottleneck, or a machine
   * too busy to run it.
   */
  public boolean isValid() {
    return latenessMillis(99) <= LATENESS_P99_MILLIS_MAX;
  }

  public double latenessMillis(double percentile) {
    return lateness.getTotalCount() == 0 ? 0 : lateness.getValueAtPercentile(percentile) / 1e6;
  }

  /** For the conditions of a figure; says so where the run is not valid. */
  public String generator() {
    return String.format(
        Locale.ROOT,
        "generator late by %.2f ms p50, %.2f ms p99, %.0f %% of a core%s",
        latenessMillis(50),
        latenessMillis(99),
        generatorCpuShare * 100,
        isValid() ? "" : ", INVALID: the generator did not keep time");
  }
}
