package dev.weft.gateway.http;

import dev.weft.fabric.routing.FlagRule;
import dev.weft.gateway.flag.FlagObject;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a request says that is to change something, and that no page of another site can have sent.
 */
record ChangeRequest(Map<String, Object> body) {

  /** A header that pages of other sites cannot send: their browsers ask here first, and get no. */
  private static final HeaderName OWN_REQUEST = HeaderNames.create("X-Weft-Request");

  private static final String JSON_TYPE = "application/json";
  private static final int REASON_LENGTH_MAX = 300;
  private static final int VARIANTS_MAX = 32;
  private static final int SHOWN_LENGTH_MAX = 40;

  /**
   * Reads it.
   *
   * @throws ProtocolException if a page of another site may have sent it, or it is no JSON object
   */
  static ChangeRequest of(ServerRequest request, SmallBodies bodies) throws IOException {
    requireOwn(request);
    return new ChangeRequest(bodies.object(request));
  }

  private static void requireOwn(ServerRequest request) {
    var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("").split(";", 2)[0];
    if (request.headers().first(OWN_REQUEST).isEmpty() || !type.strip().equals(JSON_TYPE)) {
      throw new ProtocolException(
          Fault.FOREIGN,
          "a change without X-Weft-Request, or that is no JSON (expected: the header"
              + " X-Weft-Request, and Content-Type: application/json)");
    }
  }

  /** Why; at least a word of it. */
  String reason() {
    var said = body.getOrDefault("reason", "");
    if (said instanceof String reason
        && !reason.isBlank()
        && reason.length() <= REASON_LENGTH_MAX) {
      return reason.strip();
    }
    var length = said.toString().length();
    throw new ProtocolException(
        Fault.INVALID,
        "reason: %s (expected: {\"reason\": TEXT} of 1 to %d characters)"
            .formatted(length == 0 ? "none" : length + " characters", REASON_LENGTH_MAX));
  }

  /** Why, if it says so; else empty. */
  String reasonIfAny() {
    if (body.getOrDefault("reason", "") instanceof String reason) {
      return reason.strip();
    }
    throw new ProtocolException(Fault.INVALID, "reason: no text (expected: one, or none)");
  }

  /** What a flag is to be set to; empty for what its manifest declares. */
  Optional<FlagRule> rule() {
    var word = body.getOrDefault("rule", "none").toString();
    var rule = FlagRule.of(word);
    if (rule.isEmpty() && !word.equals(FlagObject.DECLARED)) {
      throw new ProtocolException(
          Fault.INVALID,
          "rule: %s (expected: %s, or %s)"
              .formatted(brief(word), FlagRule.EXPECTED, FlagObject.DECLARED));
    }
    return rule;
  }

  /** Variants to run instead of others, by stage; empty if it names none. */
  Map<String, String> variants() {
    var variants = new LinkedHashMap<String, String>();
    if (!(body.getOrDefault("variants", Map.of()) instanceof Map<?, ?> named)
        || named.size() > VARIANTS_MAX) {
      throw new ProtocolException(
          Fault.INVALID,
          "variants: not as expected (expected: {STAGE: VARIANT}, of at most %d stages)"
              .formatted(VARIANTS_MAX));
    }
    for (var each : named.entrySet()) {
      if (!(each.getValue() instanceof String variant)) {
        throw new ProtocolException(
            Fault.INVALID,
            "variants.%s: %s (expected: the name of a variant)"
                .formatted(
                    brief(each.getKey().toString()), brief(String.valueOf(each.getValue()))));
      }
      variants.put(each.getKey().toString(), variant);
    }
    return variants;
  }

  private static String brief(String word) {
    return word.length() > SHOWN_LENGTH_MAX ? word.substring(0, SHOWN_LENGTH_MAX) + "..." : word;
  }
}
