package dev.weft.client.wire;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a server says of a request it refuses.
 *
 * @param code one that stays; {@code http-STATUS} where the server has none
 * @param retryAfter when it may go better; empty if the server does not say
 */
public record ErrorMessage(String code, String text, Optional<Duration> retryAfter) {

  private static final int SHOWN_MAX = 200;

  /**
   * @param header {@code Retry-After}; what is no whole number of seconds is taken for none
   */
  public static ErrorMessage read(int status, byte[] body, Optional<String> header) {
    var object = object(body);
    var millis = JsonObjects.integer(object, "retry_after_ms").map(Duration::ofMillis);
    return new ErrorMessage(
        JsonObjects.text(object, "code").orElse("http-" + status),
        JsonObjects.text(object, "error").orElseGet(() -> shown(status, body)),
        millis.or(() -> header.flatMap(ErrorMessage::seconds)).filter(wait -> !wait.isNegative()));
  }

  private static Map<?, ?> object(byte[] body) {
    try {
      return JsonObjects.read(body, body.length) instanceof Map<?, ?> object ? object : Map.of();
    } catch (WireException e) {
      return Map.of(); // A proxy's page; it is shown as it is.
    }
  }

  private static Optional<Duration> seconds(String header) {
    return header.strip().matches("[0-9]{1,9}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(header.strip())))
        : Optional.empty();
  }

  private static String shown(int status, byte[] body) {
    var text = new String(body, StandardCharsets.UTF_8).strip();
    var start = text.substring(0, Math.min(text.length(), SHOWN_MAX));
    return "HTTP %d%s".formatted(status, start.isEmpty() ? "" : ": " + start);
  }
}
