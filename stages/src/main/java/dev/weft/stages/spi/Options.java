package dev.weft.stages.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of one stage, already checked against its kind's {@link OptionSpec}s and filled up
 * with their defaults.
 */
public final class Options {

  private final Map<String, Object> values;

  private Options(Map<String, Object> values) {
    this.values = values;
  }

  /** The defaults of {@code specs}, overridden by {@code given}, whose types have been checked. */
  public static Options of(List<OptionSpec> specs, Map<String, Object> given) {
    var values = new LinkedHashMap<String, Object>();
    for (var spec : specs) {
      spec.defaultValue().ifPresent(value -> values.put(spec.name(), value));
    }
    values.putAll(given);
    return new Options(values);
  }

  /** Every option that has a value, by name, defaults included. */
  public Map<String, Object> values() {
    return Collections.unmodifiableMap(values);
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public long integer(String name) {
    return ((Number) value(name)).longValue();
  }

  public int intValue(String name) {
    return Math.toIntExact(integer(name));
  }

  /**
   * @throws StageException with {@link ErrorCode#INVALID_MANIFEST} outside {@code min} to {@code
   *     max}
   */
  public int intValue(String name, int min, int max) {
    var value = integer(name);
    if (value < min || value > max) {
      throw outside(name, value, min, max);
    }
    return (int) value;
  }

  public double number(String name) {
    return ((Number) value(name)).doubleValue();
  }

  /**
   * @throws StageException with {@link ErrorCode#INVALID_MANIFEST} outside {@code min} to {@code
   *     max}
   */
  public double number(String name, double min, double max) {
    var value = number(name);
    if (!(value >= min && value <= max)) {
      throw outside(name, value, min, max);
    }
    return value;
  }

  public boolean flag(String name) {
    return (Boolean) value(name);
  }

  public String text(String name) {
    return (String) value(name);
  }

  public float[] floats(String name) {
    var list = (List<?>) value(name);
    var floats = new float[list.size()];
    for (var i = 0; i < floats.length; i++) {
      floats[i] = ((Number) list.get(i)).floatValue();
    }
    return floats;
  }

  public List<String> texts(String name) {
    return ((List<?>) value(name)).stream().map(String.class::cast).toList();
  }

  public Map<String, String> textByName(String name) {
    var copy = new LinkedHashMap<String, String>();
    ((Map<?, ?>) value(name)).forEach((key, text) -> copy.put((String) key, (String) text));
    return copy;
  }

  /** An {@link ErrorCode#INVALID_MANIFEST} about the option {@code name}. */
  public static StageException invalid(String name, Object value, String expected) {
    return new StageException(
        ErrorCode.INVALID_MANIFEST,
        "option '%s': %s (expected: %s)".formatted(name, value, expected));
  }

  private static StageException outside(String name, Object value, Object min, Object max) {
    return invalid(name, value, min + " to " + max);
  }

  private Object value(String name) {
    var value = values.get(name);
    if (value == null) {
      throw invalid(name, "missing", "a value");
    }
    return value;
  }
}
