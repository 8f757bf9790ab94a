package dev.weft.gateway.flag;

import dev.weft.fabric.json.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * For whom a flag is evaluated: the attributes that a request of his would have.
 *
 * @param targetingKey stands for the attribute that a flag sticks by, where there is none of that
 *     name
 * @param attributes of a request, by name, such as {@code session} and {@code tenant}
 */
public record EvaluationContext(Optional<String> targetingKey, Map<String, String> attributes) {

  /** Most characters of a key. */
  static final int KEY_LENGTH_MAX = 1024;

  private static final String TENANT = "tenant";
  private static final String TARGETING_KEY = "targetingKey";

  public EvaluationContext {
    attributes = Map.copyOf(attributes);
  }

  /**
   * The context in the body of a request; one without any is empty.
   *
   * @throws EvaluationException if it is no JSON, or no context
   */
  public static EvaluationContext of(String body) {
    Object context;
    try {
      context = body.isBlank() ? Map.of() : Json.readObject(body).getOrDefault("context", Map.of());
    } catch (IllegalArgumentException e) {
      throw new EvaluationException(
          EvaluationException.Code.PARSE_ERROR, "body: " + String.valueOf(e.getMessage()));
    }
    if (!(context instanceof Map<?, ?> fields)) {
      throw invalid("context: no object (expected: one)");
    }
    var attributes = new HashMap<String, String>();
    fields.forEach((name, value) -> key(value).ifPresent(key -> attributes.put("" + name, key)));
    var key = Optional.ofNullable(fields.get(TARGETING_KEY));
    if (key.isPresent() && !(key.get() instanceof String)) {
      throw invalid("context.targetingKey: no text (expected: one)");
    }
    attributes.remove(TARGETING_KEY);
    return new EvaluationContext(key.flatMap(EvaluationContext::key), attributes);
  }

  /** A value that a request's attribute could have; the others decide nothing. */
  private static Optional<String> key(Object value) {
    if (!(value instanceof String) && !(value instanceof Long)) {
      return Optional.empty();
    }
    var key = value.toString();
    if (key.length() > KEY_LENGTH_MAX) {
      throw invalid(
          "context: a text of %d characters (expected: <= %d)"
              .formatted(key.length(), KEY_LENGTH_MAX));
    }
    return key.isEmpty() ? Optional.empty() : Optional.of(key);
  }

  private static EvaluationException invalid(String why) {
    return new EvaluationException(EvaluationException.Code.INVALID_CONTEXT, why);
  }

  /** The tenant it names. */
  public Optional<String> tenant() {
    return Optional.ofNullable(attributes.get(TENANT));
  }

  /** The same for this tenant, as a request would be run for it; empty for none. */
  public EvaluationContext withTenant(Optional<String> tenant) {
    var others = new HashMap<>(attributes);
    others.remove(TENANT);
    tenant.ifPresent(name -> others.put(TENANT, name));
    return new EvaluationContext(targetingKey, others);
  }

  /** What decides for a flag that sticks by {@code attribute}. */
  Optional<String> key(String attribute) {
    return Optional.ofNullable(attributes.get(attribute)).or(() -> targetingKey);
  }
}
