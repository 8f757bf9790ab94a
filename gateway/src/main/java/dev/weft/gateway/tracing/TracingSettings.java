package dev.weft.gateway.tracing;

import com.typesafe.config.Config;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings under {@code weft.gateway.tracing}, read once.
 *
 * @param endpoint where spans are sent, with its path
 * @param serviceName under which traces show this server
 * @param spansMax most spans that wait to be sent
 * @param flushWithin most time that a server that ends waits for spans to be sent
 */
public record TracingSettings(
    URI endpoint, String serviceName, Sampling sampling, int spansMax, Duration flushWithin) {

  private static final String TRACES_PATH = "v1/traces";
  private static final int SPANS_LIMIT = 1_000_000;

  public TracingSettings {
    if (serviceName.isBlank()) {
      throw new IllegalArgumentException(
          "weft.gateway.tracing.service-name: '%s' (expected: a name)".formatted(serviceName));
    }
    if (spansMax < 1 || spansMax > SPANS_LIMIT) {
      throw new IllegalArgumentException(
          "weft.gateway.tracing.spans: %d (expected: 1 to %d)".formatted(spansMax, SPANS_LIMIT));
    }
    if (flushWithin.isNegative()) {
      throw new IllegalArgumentException(
          "weft.gateway.tracing.flush-within: %s (expected: >= 0)".formatted(flushWithin));
    }
  }

  /**
   * @return empty if there is nowhere to send spans; the other settings are not looked at then
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException if one is out of its range
   */
  public static Optional<TracingSettings> from(Config config) {
    var tracing = config.getConfig("weft.gateway.tracing");
    return endpoint(tracing.getString("endpoint"), tracing.getString("collector"))
        .map(
            endpoint ->
                new TracingSettings(
                    endpoint,
                    tracing.getString("service-name"),
                    Sampling.of(tracing.getString("sampler"), tracing.getString("ratio")),
                    tracing.getInt("spans"),
                    tracing.getDuration("flush-within")));
  }

  /** OpenTelemetry's rule: a URL for traces is taken as it is, a collector's gets their path. */
  private static Optional<URI> endpoint(String traces, String collector) {
    if (!traces.isBlank()) {
      return Optional.of(url("weft.gateway.tracing.endpoint", traces));
    }
    if (collector.isBlank()) {
      return Optional.empty();
    }
    var base = url("weft.gateway.tracing.collector", collector).toString();
    return Optional.of(URI.create(base + (base.endsWith("/") ? "" : "/") + TRACES_PATH));
  }

  private static URI url(String setting, String value) {
    try {
      var url = new URI(value.strip());
      var scheme = String.valueOf(url.getScheme());
      if ((scheme.equals("http") || scheme.equals("https")) && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw noUrl(setting, value);
    }
    throw noUrl(setting, value);
  }

  private static IllegalArgumentException noUrl(String setting, String value) {
    return new IllegalArgumentException(
        "%s: '%s' (expected: http://HOST:PORT or https://HOST:PORT, with a path or not)"
            .formatted(setting, value));
  }
}
