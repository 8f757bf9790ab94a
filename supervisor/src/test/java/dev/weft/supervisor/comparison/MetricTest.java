package dev.weft.supervisor.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.fabric.manifest.OutputMetric;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The metrics that are measured against those that manifests may name. */
class MetricTest {

  @Test
  void areThoseThatManifestsNameAndOfTheSameKinds() {
    assertEquals(declared(OutputMetric::isDistance), measured(Metric.Kind.DISTANCE));
    assertEquals(declared(metric -> !metric.isDistance()), measured(Metric.Kind.SHARE));
  }

  @Test
  void areTakenOfRowsAsLongAsTheCheckOfManifestsSays() {
    assertEquals(OutputMetric.TOP_K, ComparisonSettings.usual().topK());
    assertEquals(OutputMetric.EMBEDDING_MAX, ComparisonSettings.EMBEDDING_MAX);
  }

  private static String declared(Predicate<OutputMetric> which) {
    return Arrays.stream(OutputMetric.values())
        .filter(which)
        .map(OutputMetric::word)
        .collect(Collectors.joining(", "));
  }

  private static String measured(Metric.Kind kind) {
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.kind() == kind)
        .map(Metric::word)
        .collect(Collectors.joining(", "));
  }
}
