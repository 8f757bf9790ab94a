package dev.weft.gateway.log;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@link Verbosity} as the settings of Triton's logging extension, and back. What is logged here
 * goes to where the process' log goes, in its form; warnings and errors always do.
 */
public final class LogSettings {

  private static final String FILE = "log_file";
  private static final String INFO = "log_info";
  private static final String WARNING = "log_warning";
  private static final String ERROR = "log_error";
  private static final String VERBOSE = "log_verbose_level";
  private static final String FORMAT = "log_format";

  private LogSettings() {}

  /** All settings by name, each a {@link String}, {@link Boolean} or {@link Long}. */
  public static Map<String, Object> of(Verbosity verbosity) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put(FILE, "");
    settings.put(INFO, verbosity != Verbosity.WARNINGS);
    settings.put(WARNING, true);
    settings.put(ERROR, true);
    settings.put(VERBOSE, verbosity == Verbosity.ALL ? 1L : 0L);
    settings.put(FORMAT, "default");
    return settings;
  }

  /**
   * What it is after a change.
   *
   * @param asked settings that are to change; the others stay
   * @throws ProtocolException if one is unknown, or cannot be what it is asked to be
   */
  public static Verbosity changed(Verbosity now, Map<String, ?> asked) {
    var settings = of(now);
    asked.forEach(
        (name, value) -> {
          require(settings.containsKey(name), name, value, "one of " + settings.keySet());
          switch (name) {
            case INFO -> require(value instanceof Boolean, name, value, "true or false");
            case VERBOSE -> require(value.equals(0L) || value.equals(1L), name, value, "0 or 1");
            default ->
                require(value.equals(settings.get(name)), name, value, fixed(settings, name));
          }
        });
    settings.putAll(asked);
    var isInfo = Boolean.TRUE.equals(settings.get(INFO));
    var isVerbose = Long.valueOf(1).equals(settings.get(VERBOSE));
    if (isVerbose && !isInfo && asked.containsKey(INFO)) {
      require(false, INFO, false, "true, or '%s' 0".formatted(VERBOSE));
    }
    return isVerbose ? Verbosity.ALL : isInfo ? Verbosity.EVENTS : Verbosity.WARNINGS;
  }

  private static String fixed(Map<String, Object> settings, String name) {
    var value = settings.get(name);
    return value instanceof String text
        ? "\"%s\", it cannot be changed".formatted(text)
        : value + ", it cannot be changed";
  }

  private static void require(boolean isSo, String name, Object value, String expected) {
    if (!isSo) {
      var shown = String.valueOf(value);
      throw new ProtocolException(
          Fault.INVALID,
          "setting '%s': %s (expected: %s)"
              .formatted(
                  name, shown.length() > 40 ? shown.substring(0, 40) + "..." : shown, expected));
    }
  }
}
