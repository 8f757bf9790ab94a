package dev.weft.gateway.metrics;

import dev.weft.fabric.pipeline.AnswerRelay;
import dev.weft.gateway.access.Refusals;
import dev.weft.gateway.energy.Energy;
import dev.weft.gateway.model.Serving;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** All figures of one node, from when this is made until it is closed. Threadsafe. */
public final class Metrics implements AutoCloseable {

  private final AnswerRelay.Observing observing;
  private final Energy energy;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final TenantSeries tenants;
  private final OpenMetricsTextFormatWriter openMetrics =
      OpenMetricsTextFormatWriter.builder().setCreatedTimestampsEnabled(false).build();
  private final PrometheusTextFormatWriter text =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  private Metrics(Serving serving, MetricsSettings settings, Refusals refusals, Figures further) {
    var weft = serving.weft();
    this.tenants = new TenantSeries(registry, settings.tenantsMax());
    this.observing = weft.observeAnswers(new FrameMetrics(registry, tenants));
    PipelineGauges.register(weft, registry);
    SequenceGauges.register(weft, registry);
    NodeGauges.register(weft, serving.version(), registry);
    AccessCounts.register(refusals, registry);
    ReloadCounts.register(serving.reloads(), registry);
    serving.tracing().counts().ifPresent(spans -> SpanCounters.register(spans, registry));
    energy = Energy.of(weft, settings.energy());
    EnergyCounters.register(energy, registry);
    further.register(registry);
    JvmMetrics.builder().register(registry);
  }

  /**
   * Begins to count.
   *
   * @param serving what is served, by whichever protocol
   * @param refusals of callers, by all ports
   * @param further told on the same page
   */
  public static Metrics of(
      Serving serving, MetricsSettings settings, Refusals refusals, Figures further) {
    return new Metrics(serving, settings, refusals, further);
  }

  /**
   * All figures as they are now.
   *
   * @param contentType with the version of the format
   */
  public record Exposition(String contentType, byte[] content) {}

  /**
   * Reads all figures, in OpenMetrics 1.0 for who takes that and in the older text format 0.0.4 for
   * all others.
   *
   * @param accept value of the request's header of this name
   */
  public synchronized Exposition scrape(Optional<String> accept) throws IOException {
    tenants.settle();
    var isOpen = openMetrics.accepts(accept.orElse(""));
    var writer = isOpen ? openMetrics : text;
    var bytes = new ByteArrayOutputStream(1 << 14);
    writer.write(bytes, registry.scrape());
    return new Exposition(writer.getContentType(), bytes.toByteArray());
  }

  /** Counts nothing further. */
  @Override
  public void close() {
    observing.close();
    energy.close();
  }
}
