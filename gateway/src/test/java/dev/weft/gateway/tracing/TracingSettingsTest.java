package dev.weft.gateway.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TracingSettingsTest {

  /** The defaults where these environment variables are set, and no others. */
  private static Config environment(Map<String, String> variables) {
    return ConfigFactory.parseResources(TracingSettings.class, "/reference.conf")
        .withFallback(ConfigFactory.parseMap(variables))
        .resolve(com.typesafe.config.ConfigResolveOptions.noSystem());
  }

  private static Optional<TracingSettings> of(Map<String, String> variables) {
    return TracingSettings.from(environment(variables));
  }

  @Test
  void withoutAnEndpointThereIsNothingWhateverElseIsSet() {
    assertEquals(Optional.empty(), of(Map.of()));
    assertEquals(Optional.empty(), of(Map.of("OTEL_TRACES_SAMPLER", "xray")));
    assertEquals(Optional.empty(), of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "")));
  }

  @Test
  void aCollectorGetsThePathAndAnEndpointIsTakenAsItIs() {
    assertEquals(
        URI.create("http://c:4318/v1/traces"),
        of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")).orElseThrow().endpoint());
    assertEquals(
        URI.create("https://c/otlp/v1/traces"),
        of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "https://c/otlp/")).orElseThrow().endpoint());
    assertEquals(
        URI.create("http://t:1/own"),
        of(Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t:1/own"))
            .orElseThrow()
            .endpoint());
  }

  @Test
  void theEnvironmentNamesTheServiceAndTheSampler() {
    var settings =
        of(Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318",
                "OTEL_SERVICE_NAME", "kiosk",
                "OTEL_TRACES_SAMPLER", "parentbased_traceidratio",
                "OTEL_TRACES_SAMPLER_ARG", "0.5"))
            .orElseThrow();
    assertEquals("kiosk", settings.serviceName());
    assertEquals(new Sampling(true, Sampling.Root.TRACEIDRATIO, 0.5), settings.sampling());
  }

  @Test
  void byDefaultOnlyRequestsWhoseCallerSaysSoAreTraced() {
    var settings = of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")).orElseThrow();
    assertEquals(new Sampling(true, Sampling.Root.ALWAYS_OFF, 1), settings.sampling());
    assertEquals("weft", settings.serviceName());
  }

  @Test
  void whatIsNoUrlIsToldByName() {
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")));
    assertEquals(
        "weft.gateway.tracing.collector: 'localhost:4318' (expected: http://HOST:PORT or"
            + " https://HOST:PORT, with a path or not)",
        wrong.getMessage());
  }
}
