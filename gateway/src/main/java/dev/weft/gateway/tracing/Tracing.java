package dev.weft.gateway.tracing;

import dev.weft.gateway.access.Caller;
import dev.weft.gateway.protocol.ProtocolException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Makes spans of requests and sends them to a collector, while it is open. Threadsafe.
 *
 * <p>Where there is nowhere to send them, nothing of OpenTelemetry is loaded.
 */
public final class Tracing implements AutoCloseable {

  /** As the protocol names what is offered where spans are sent. */
  public static final String EXTENSION = "trace";

  private static final Logger LOG = System.getLogger(Tracing.class.getName());

  private static final Tracing OFF = new Tracing(Optional.empty(), Optional.empty());
  private static final Map<String, Object> OFF_SETTINGS =
      TraceSettings.of(new TraceRule(false, Optional.empty(), new Quota(Quota.UNBOUNDED)), 0);

  /** Looked into before it is used: a method reference would load it where it is empty, too. */
  private final Optional<Spans> spans;

  private final Optional<TraceRules> rules;

  private Tracing(Optional<Spans> spans, Optional<TraceRules> rules) {
    this.spans = spans;
    this.rules = rules;
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
    if (settings.isEmpty()) {
      return OFF;
    }
    var rules = new TraceRules(settings.get().sampling());
    return new Tracing(Optional.of(new Spans(settings.get(), rules, version)), Optional.of(rules));
  }

  /** Whether there is somewhere to send spans. */
  public boolean isOn() {
    return rules.isPresent();
  }

  /**
   * Which requests are traced, as the settings of Triton's trace extension by name: each a {@link
   * String} or a list of them.
   *
   * @param model empty for all that have no settings of their own
   */
  public Map<String, Object> settings(Optional<String> model) {
    return rules.map(each -> each.settings(model)).orElse(OFF_SETTINGS);
  }

  /** Whether a model has settings of its own, which it keeps when it is gone. */
  public boolean isSetFor(String model) {
    return rules.filter(each -> each.areSetFor(model)).isPresent();
  }

  /**
   * Changes settings for as long as the process lives, and logs who did.
   *
   * @param caller may do so
   * @param model one that there is, or that {@link #isSetFor has settings}; empty for all that have
   *     no settings of their own
   * @param asked settings that are to change, each a text, a number or a list of texts; what is an
   *     empty {@link Optional} or list is from then on as for all, or as configured
   * @return all of them as they are then
   * @throws ProtocolException if one cannot be so, or there is nowhere to send spans; nothing is
   *     changed then
   */
  public Map<String, Object> change(Caller caller, Optional<String> model, Map<String, ?> asked) {
    if (rules.isEmpty()) {
      TraceSettings.requireNone(asked, OFF_SETTINGS);
      return OFF_SETTINGS;
    }
    var after = rules.get().change(model, asked);
    if (!asked.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "''{0}'' asks for traces of {1} by {2}, which are by {3}",
          caller.name(),
          model.map("model '%s'"::formatted).orElse("all models"),
          shown(asked),
          after);
    }
    return after;
  }

  private static Map<String, Object> shown(Map<String, ?> asked) {
    var shown = new TreeMap<String, Object>();
    asked.forEach((name, value) -> shown.put(name, value instanceof Optional<?> ? "null" : value));
    return shown;
  }

  /**
   * Begins the span of a request; of one that is not traced, it costs a look for one header.
   *
   * @param headers of the request
   * @param model as the request names it
   * @param call asked for if it is traced
   */
  public RequestSpan begin(TraceHeaders headers, String model, Supplier<Call> call) {
    return spans.isEmpty() ? RequestSpan.none() : spans.get().begin(headers, model, call);
  }

  /** The same of a request whose model the span is {@link RequestSpan#model told} later. */
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
