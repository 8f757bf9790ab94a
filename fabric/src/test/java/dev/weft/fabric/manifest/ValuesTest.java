package dev.weft.fabric.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.tensor.Datatype;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Single values: quantities and conditions. */
class ValuesTest {

  @Test
  void readsDurations() {
    assertEquals(Optional.of(Duration.ofMillis(15)), Quantity.duration("15ms"));
    assertEquals(Optional.of(Duration.ofSeconds(2)), Quantity.duration("2s"));
    assertEquals(Optional.of(Duration.ofNanos(100_000)), Quantity.duration("100us"));
    assertEquals(Optional.of(Duration.ofHours(24)), Quantity.duration("24h"));
    assertEquals(Optional.empty(), Quantity.duration("1d"));
    assertEquals(Optional.of(Duration.ofDays(30)), Quantity.period("30d"));
    assertEquals(Optional.of(Duration.ofDays(30)), Quantity.period("720h"));
    assertEquals(Optional.of(Duration.ofMillis(15)), Quantity.period("15ms"));
    for (var wrong : List.of("31d", "721h", "0d", "d", "1.5d", "9223372036854775807d")) {
      assertEquals(Optional.empty(), Quantity.period(wrong), wrong);
    }
    assertEquals("30 d", Quantity.text(Duration.ofDays(30)));
    assertEquals("24 h", Quantity.text(Duration.ofDays(1)));
    assertEquals(Optional.of(Duration.ofMinutes(5)), Quantity.duration("5min"));
    for (var bad :
        List.of("", "15", "ms", "0ms", "-1s", "1.5s", "5m", "25h", "9999999999999999999s")) {
      assertEquals(Optional.empty(), Quantity.duration(bad), bad);
    }
  }

  @Test
  void readsSizes() {
    assertEquals(OptionalLong.of(1024), Quantity.bytes("1024"));
    assertEquals(OptionalLong.of(120 << 20), Quantity.bytes("120MiB"));
    assertEquals(OptionalLong.of(4_000_000_000L), Quantity.bytes("4GB"));
    for (var bad : List.of("", "GB", "1.5GB", "-1", "4 GB", "4gb", "99999999999GiB")) {
      assertEquals(OptionalLong.empty(), Quantity.bytes(bad), bad);
    }
  }

  @Test
  void readsShares() {
    assertEquals(OptionalDouble.of(0), Quantity.percent("0%"));
    assertEquals(OptionalDouble.of(0.5), Quantity.percent("0.5%"));
    assertEquals(OptionalDouble.of(100), Quantity.percent("100.0%"));
    for (var bad : List.of("", "5", "%", "5 %", "-1%", "100.1%", ".5%", "5.%", "1e1%", "NaN%")) {
      assertEquals(OptionalDouble.empty(), Quantity.percent(bad), bad);
    }
    assertEquals(0.001, Quantity.share(0.1));
    assertEquals(0.29, Quantity.share(29));
    assertEquals(0.5801, Quantity.share(58.01));
    for (var percent : new double[] {0, 0.05, 0.1, 0.7, 2, 7, 12.5, 29, 58.01, 100}) {
      assertEquals(Quantity.percentText(percent), Quantity.shareText(Quantity.share(percent)));
    }
  }

  @Test
  void tellsDistancesFromShares() {
    assertEquals(
        List.of("max-abs", "relative-l2", "cosine-distance", "kl", "js"),
        words(OutputMetric::isDistance));
    assertEquals(
        List.of("top1-flips", "topk-flips", "neighbours-lost", "mismatches"),
        words(metric -> !metric.isDistance()));
    assertEquals(List.of("mismatches"), words(metric -> metric.isOf(Datatype.BYTES)));
    assertEquals(List.of("mismatches"), words(metric -> !metric.isOf(Datatype.FP32)));
    assertEquals(List.of("kl", "js"), words(metric -> !metric.isOf(Datatype.INT64)));
    assertEquals(
        List.of("max-abs", "relative-l2", "cosine-distance", "mismatches"),
        words(metric -> metric.isOf(Datatype.BOOL)));
    assertEquals(
        List.of("max-abs", "relative-l2", "cosine-distance"),
        words(metric -> !metric.settles(Datatype.INT64)));
    assertEquals(Optional.of(OutputMetric.JS), OutputMetric.of("js"));
    assertEquals(Optional.empty(), OutputMetric.of("JS"));
  }

  @Test
  void tellsWhichMetricsOneOutputCanHave() {
    assertEquals(
        List.of(
            "max-abs", "relative-l2", "cosine-distance", "kl", "js", "top1-flips", "topk-flips"),
        words(OutputMetric.KL::goesWith));
    assertEquals(List.of("mismatches"), words(OutputMetric.MISMATCHES::goesWith));
    assertEquals(
        List.of("max-abs", "relative-l2", "cosine-distance", "neighbours-lost"),
        words(OutputMetric.NEIGHBOURS_LOST::goesWith));
    assertEquals(8, words(OutputMetric.MAX_ABS::goesWith).size());
  }

  private static List<String> words(Predicate<OutputMetric> which) {
    return Arrays.stream(OutputMetric.values()).filter(which).map(OutputMetric::word).toList();
  }

  @Test
  void writesQuantitiesAsAPersonWould() {
    assertEquals("15 ms", Quantity.text(Duration.ofMillis(15)));
    assertEquals("90 s", Quantity.text(Duration.ofSeconds(90)));
    assertEquals("120 MiB", Quantity.text(120L << 20));
    assertEquals("1.5 KiB", Quantity.text(1536));
    assertEquals("24 bytes", Quantity.text(24));
    assertEquals("100 %", Quantity.percentText(100));
    assertEquals("0.5 %", Quantity.shareText(0.005));
    assertEquals("12.5 %", Quantity.shareText(0.125));
  }

  @Test
  void readsConditionsAsTheyAreWritten() {
    for (var text :
        List.of("max(vad.probability) >= 0.5", "count(x) != 0.0", "first(a.b.c) < -1.0")) {
      assertEquals(text, Condition.parse(text).orElseThrow().toString());
    }
    assertEquals("mean(x) == 100.0", Condition.parse(" mean( x )==1e2 ").orElseThrow().toString());
    for (var bad :
        List.of("", "x > 1", "sum(x) > 1", "max(x) => 1", "max(x) > y", "max(x) > NaN")) {
      assertEquals(Optional.empty(), Condition.parse(bad), bad);
    }
  }

  @Test
  void readsLoadConditionsAsTheyAreWritten() {
    for (var text :
        List.of(
            "cpu > 0.85",
            "cpu > 0.85 or slack < 20ms",
            "level >= 2",
            "slack <= 0.035ms or queue > 1")) {
      assertEquals(text, LoadCondition.parse(text).orElseThrow().toString());
    }
    assertEquals(
        "memory >= 0.5 or slack < 1500ms",
        LoadCondition.parse(" memory>=.50  or slack<1.5s ").orElseThrow().toString());
    for (var bad :
        List.of("", "cpu", "cpu == 1", "load > 1", "slack < 20", "cpu > 1ms", "cpu > 0.5 or")) {
      assertEquals(Optional.empty(), LoadCondition.parse(bad), bad);
    }
  }

  @Test
  void tellsWhichLoadConditionHoldsOnlyWhereAnotherDoes() {
    assertTrue(implies("cpu > 0.9", "cpu > 0.8"));
    assertTrue(implies("cpu > 0.9", "level > 1 or cpu >= 0.9"));
    assertTrue(implies("slack < 10ms or slack < 20ms", "slack <= 20ms"));
    assertFalse(implies("cpu >= 0.9", "cpu > 0.9"));
    assertFalse(implies("cpu > 0.8", "cpu > 0.9"));
    assertFalse(implies("cpu > 0.9", "cpu < 0.95"));
    assertFalse(implies("cpu > 0.9 or queue > 0.5", "cpu > 0.8"));
  }

  private static boolean implies(String condition, String other) {
    return LoadCondition.parse(condition)
        .orElseThrow()
        .implies(LoadCondition.parse(other).orElseThrow());
  }
}
