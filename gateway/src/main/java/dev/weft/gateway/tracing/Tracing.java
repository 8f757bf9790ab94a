package dev.weft.gateway.tracing;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes spans of requests and sends them to a collector, while it is open. Threadsafe.
 *
 * <p>Where there is nowhere to send them, nothing of OpenTelemetry is loaded.
 */
public final class Tracing implements AutoCloseable {

  private static final Tracing OFF = new Tracing(Optional.empty());

  /** Looked into before it is used: a method reference would load it where it is empty, too. */
  private final Optional<Spans> spans;

  private Tracing(Optional<Spans> spans) {
    this.spans = spans;
  }

  /** Traces nothing. */
  public static Tracing off() {
    return OFF;
  }

  /**
   * Begins to trace, if there is somewhere to send spans.
   *
   * @param settings empty to trace nothing
   * @param version of the server, as it is told
   */
  public static Tracing of(Optional<TracingSettings> settings, String version) {
    return settings.isEmpty() ? OFF : new Tracing(Optional.of(new Spans(settings.get(), version)));
  }

  /**
   * Begins the span of a request; of one that is not traced, it costs a look for one header.
   *
   * @param headers of the request
   * @param call asked for if it is traced
   */
  public RequestSpan begin(TraceHeaders headers, Supplier<Call> call) {
    return spans.isEmpty() ? RequestSpan.none() : spans.get().begin(headers, call);
  }

  /** What became of the spans; empty if there are none. */
  public Optional<SpanCounts> counts() {
    return spans.isEmpty() ? Optional.empty() : Optional.of(spans.get().counts());
  }

  /**
   * Sends the spans that have ended, for as long as the settings say.
   *
   * @return whether nothing is left to be sent
   */
  public boolean flush() {
    return spans.isEmpty() || spans.get().flush();
  }

  /** Sends no more. */
  @Override
  public void close() {
    if (spans.isPresent()) {
      spans.get().close();
    }
  }
}
