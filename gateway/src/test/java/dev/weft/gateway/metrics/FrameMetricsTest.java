package dev.weft.gateway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.gateway.energy.EnergySettings;
import dev.weft.gateway.port.OptionalPort;
import dev.weft.stages.spi.ErrorCode;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameMetricsTest {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final FrameMetrics metrics = new FrameMetrics(registry, new TenantSeries(registry, 20));

  private Exposed read() throws IOException {
    var bytes = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.builder().build().write(bytes, registry.scrape());
    return Exposed.of(bytes.toString(StandardCharsets.UTF_8));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Test
  void everyReasonToDropOrFailHasASeriesOfItsOwn() throws IOException {
    for (var reason : DropReason.values()) {
      for (var i = 0; i <= reason.ordinal(); i++) {
        metrics.answered("p", Lane.PERCEPTION, "", new Answer.Dropped(reason, "p", Timings.none()));
      }
    }
    for (var code : ErrorCode.values()) {
      metrics.answered("p", Lane.SHADOW, "", new Answer.Failed(code, "wrong", Timings.none()));
    }
    var read = read();
    for (var reason : DropReason.values()) {
      assertEquals(
          reason.ordinal() + 1,
          read.sum(
              "weft_frames_total",
              "outcome",
              "dropped",
              "reason",
              word(reason),
              "lane",
              "perception"));
    }
    for (var code : ErrorCode.values()) {
      assertEquals(
          1, read.sum("weft_frames_total", "outcome", "failed", "reason", word(code)), word(code));
    }
  }

  @Test
  void everyReasonToSkipAStepHasASeriesOfItsOwn() throws IOException {
    var skipped =
        Stream.of(Skipped.Reason.values()).map(reason -> new Skipped("step", reason)).toList();
    var quality =
        new Quality(
            skipped, List.of(new Quality.Degraded("slow", "int8")), List.of(), Optional.empty());
    metrics.answered(
        "p", Lane.PERCEPTION, "", new Answer.Completed(Map.of(), quality, Timings.none()));
    var read = read();
    for (var reason : Skipped.Reason.values()) {
      assertEquals(1, read.sum("weft_steps_skipped_total", "step", "step", "reason", word(reason)));
    }
    assertEquals(1, read.sum("weft_steps_degraded_total", "step", "slow", "variant", "int8"));
  }

  @Test
  void aPortIsANumberOrOff() {
    assertEquals(OptionalInt.of(8002), OptionalPort.of("p", "8002"));
    assertEquals(OptionalInt.empty(), OptionalPort.of("p", "off"));
    assertEquals(OptionalInt.empty(), OptionalPort.of("p", "-1"));
    for (var wrong : List.of("65536", "x", "", "-2")) {
      assertThrows(IllegalArgumentException.class, () -> OptionalPort.of("p", wrong), wrong);
    }
    var energy = new EnergySettings(4, Duration.ofSeconds(1));
    assertThrows(
        IllegalArgumentException.class, () -> new MetricsSettings(OptionalInt.empty(), -1, energy));
  }
}
