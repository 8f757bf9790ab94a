package dev.weft.gateway.tracing;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A {@link TraceRule} as the settings of Triton's trace extension, and back. Spans go to where the
 * configuration says, in batches of their own; so there is neither a file nor a frequency to set.
 */
final class TraceSettings {

  private static final String LEVEL = "trace_level";
  private static final String RATE = "trace_rate";
  private static final String COUNT = "trace_count";
  private static final String FREQUENCY = "log_frequency";
  private static final String FILE = "trace_file";
  private static final String MODE = "trace_mode";

  private static final String ON = "TIMESTAMPS";
  private static final String OFF = "OFF";
  private static final String TENSORS = "TENSORS";
  private static final int SHOWN_MAX = 40;

  private TraceSettings() {}

  /**
   * All settings by name, each a {@link String} or a list of them.
   *
   * @param configured one of so many, where the rule does not say
   */
  static Map<String, Object> of(TraceRule rule, long configured) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put(LEVEL, List.of(rule.isOn() ? ON : OFF));
    settings.put(RATE, Long.toString(rule.rate().map(Rate::oneOf).orElse(configured)));
    settings.put(COUNT, Long.toString(rule.count().left()));
    settings.put(FREQUENCY, "0");
    settings.put(FILE, "");
    settings.put(MODE, "opentelemetry");
    return settings;
  }

  /**
   * What is set after a change.
   *
   * @param asked settings that are to change, each a text, a number, or a list of one; what is
   *     empty, as {@link Optional} or as a list, is set no more
   * @param shown all settings as they are
   * @throws ProtocolException if one is unknown, or cannot be what it is asked to be
   */
  static TraceOverride changed(TraceOverride now, Map<String, ?> asked, Map<String, Object> shown) {
    var next = now;
    for (var each : asked.entrySet()) {
      var name = each.getKey();
      var words = words(name, each.getValue());
      next =
          switch (name) {
            case LEVEL -> next.withLevel(level(words));
            case RATE ->
                next.withRate(number(name, words, 0, "0 for none, 1 or more").map(Rate::new));
            case COUNT -> next.withCount(number(name, words, -1, "-1 or more").map(Quota::new));
            default -> {
              requireAsShown(name, words, shown);
              yield next;
            }
          };
    }
    return next;
  }

  /**
   * Refuses every change, as there is nowhere to send spans.
   *
   * @throws ProtocolException if there is one
   */
  static void requireNone(Map<String, ?> asked, Map<String, Object> shown) {
    asked.forEach(
        (name, value) -> {
          var words = words(name, value);
          if (!words.isEmpty() && !words.equals(words(name, shown.getOrDefault(name, "")))) {
            throw new ProtocolException(
                Fault.NOT_OFFERED,
                "setting '%s': %s (expected: none, as there is nowhere to send traces; set"
                        .formatted(name, brief(words))
                    + " OTEL_EXPORTER_OTLP_ENDPOINT, or weft.gateway.tracing.collector, at the"
                    + " start)");
          }
        });
  }

  private static void requireAsShown(String name, List<String> words, Map<String, Object> shown) {
    var is = shown.get(name);
    if (is == null) {
      throw invalid(name, words, "one of " + shown.keySet());
    }
    if (!words.isEmpty() && !words.equals(words(name, is))) {
      throw invalid(
          name,
          words,
          "\"%s\", it cannot be changed: spans go where the configuration says".formatted(is));
    }
  }

  private static Optional<Boolean> level(List<String> words) {
    if (words.isEmpty()) {
      return Optional.empty();
    }
    if (words.contains(TENSORS)) {
      throw invalid(LEVEL, words, "%s or %s; spans carry no tensors".formatted(OFF, ON));
    }
    if (words.equals(List.of(OFF))) {
      return Optional.of(false);
    }
    if (words.equals(List.of(ON))) {
      return Optional.of(true);
    }
    throw invalid(LEVEL, words, "[\"%s\"] or [\"%s\"]".formatted(OFF, ON));
  }

  private static Optional<Long> number(String name, List<String> words, long min, String expected) {
    if (words.isEmpty()) {
      return Optional.empty();
    }
    if (words.size() == 1 && words.getFirst().matches("-?[0-9]{1,10}")) {
      var number = Long.parseLong(words.getFirst());
      if (number >= min && number <= Integer.MAX_VALUE) {
        return Optional.of(number);
      }
    }
    throw invalid(name, words, expected + ", at most " + Integer.MAX_VALUE);
  }

  /** None for what is to be set no more. */
  private static List<String> words(String name, Object value) {
    return switch (value) {
      case String word -> List.of(word);
      case Long number -> List.of(number.toString());
      case Optional<?> none when none.isEmpty() -> List.of();
      case List<?> all when all.stream().allMatch(String.class::isInstance) ->
          all.stream().map(String::valueOf).toList();
      default ->
          throw invalid(name, List.of(String.valueOf(value)), "a text, a list of texts, or null");
    };
  }

  private static ProtocolException invalid(String name, List<String> words, String expected) {
    return new ProtocolException(
        Fault.INVALID,
        "setting '%s': %s (expected: %s)".formatted(cut(name), brief(words), expected));
  }

  private static String brief(List<String> words) {
    return cut(String.join(", ", words));
  }

  private static String cut(String text) {
    return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
  }
}
