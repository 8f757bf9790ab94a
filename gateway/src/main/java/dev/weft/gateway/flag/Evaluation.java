package dev.weft.gateway.flag;

import dev.weft.fabric.json.Json;
import dev.weft.fabric.routing.Flag;
import dev.weft.gateway.flag.EvaluationException.Code;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a flag is for a context, and why: an answer of OFREP, which has a status of HTTP and an
 * object. The value is whether a request with the context would find the gate on.
 *
 * @param status 200, 400 for what the client must mend, 404 for a flag that is not there
 */
public record Evaluation(int status, Map<String, Object> object) {

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int TAG_DIGITS = 32;

  /**
   * The answer about one flag.
   *
   * @param key by which the client named it
   */
  public static Evaluation of(String key, Flag flag, EvaluationContext context) {
    var isFixed = flag.rule().isFixed();
    var sticky = isFixed ? Optional.of("") : context.key(flag.stickyBy());
    if (sticky.isEmpty()) {
      return failure(
          Optional.of(key),
          Code.TARGETING_KEY_MISSING,
          "flag '%s' is on for a share by '%s' (expected: that, or targetingKey, in the context)"
              .formatted(key, flag.stickyBy()));
    }
    var on = flag.isOn(sticky.get());
    var object = new LinkedHashMap<String, Object>();
    object.put("key", key);
    object.put("value", on);
    object.put("variant", on ? "on" : "off");
    object.put("reason", flag.isDeclared() ? "DEFAULT" : isFixed ? "STATIC" : "SPLIT");
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("flag", flag.name());
    metadata.put("rule", flag.rule().word());
    metadata.put("stickyBy", flag.stickyBy());
    object.put("metadata", metadata);
    return new Evaluation(OK, object);
  }

  /** The answer about all flags; one that needs a key and has none fails by itself. */
  public static Evaluation of(List<Flag> flags, EvaluationContext context) {
    return new Evaluation(
        OK,
        Map.of(
            "flags", flags.stream().map(flag -> of(flag.name(), flag, context).object()).toList()));
  }

  /**
   * The answer where nothing could be evaluated.
   *
   * @param key of the flag; empty if all were asked for
   */
  public static Evaluation failure(Optional<String> key, Code code, String why) {
    var object = new LinkedHashMap<String, Object>();
    key.ifPresent(name -> object.put("key", name));
    object.put("errorCode", code.name());
    object.put("errorDetails", why);
    return new Evaluation(code == Code.FLAG_NOT_FOUND ? NOT_FOUND : BAD_REQUEST, object);
  }

  /** Its entity tag: equal as long as it says the same, in this process and the next. */
  public String tag() {
    try {
      var text = Json.write(object).getBytes(StandardCharsets.UTF_8);
      var digest = MessageDigest.getInstance("SHA-256").digest(text);
      return '"' + HexFormat.of().formatHex(digest).substring(0, TAG_DIGITS) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Whether a client has it already.
   *
   * @param ifNoneMatch the header's values; none if there is no such header
   */
  public boolean isKnown(List<String> ifNoneMatch) {
    if (ifNoneMatch.isEmpty()) {
      return false;
    }
    var own = tag();
    return ifNoneMatch.stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(value -> value.strip().replaceFirst("^W/", ""))
        .anyMatch(value -> value.equals("*") || value.equals(own));
  }
}
