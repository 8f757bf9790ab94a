package dev.weft.gateway.error;

import dev.weft.fabric.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * One failure as a client sees it.
 *
 * @param status of HTTP
 * @param rpc of gRPC
 * @param code stable across releases, for programs
 * @param message for people: value, expectation and place
 * @param retryAfter when the same would have a chance again, if it could have
 */
public record ErrorAnswer(
    int status, RpcStatus rpc, String code, String message, Optional<Duration> retryAfter) {

  ErrorAnswer(int status, RpcStatus rpc, String code, String message) {
    this(status, rpc, code, message, Optional.empty());
  }

  /** When the same would have a chance again: whole milliseconds, rounded up, at least 1. */
  public Optional<Long> retryAfterMillis() {
    return retryAfter.map(wait -> Math.max(1, wait.plusNanos(999_999).toMillis()));
  }

  /** The value of HTTP's {@code Retry-After}: whole seconds, rounded up, at least 1. */
  public Optional<String> retryAfterSeconds() {
    return retryAfter.map(
        wait -> Long.toString(Math.max(1, wait.plusNanos(999_999_999).toSeconds())));
  }

  /** The body: {@code error}, {@code code} and, more exactly than the header, when to try again. */
  public byte[] json() {
    var object = new LinkedHashMap<String, Object>();
    object.put("error", message);
    object.put("code", code);
    retryAfterMillis().ifPresent(millis -> object.put("retry_after_ms", millis));
    return Json.write(object).getBytes(StandardCharsets.UTF_8);
  }
}
