package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Word;
import dev.weft.fabric.problem.Findings;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/**
 * One object of a manifest with its values already read: what was wrong is reported and left out,
 * and a field that is not there has its default.
 */
public final class YamlObject {

  private final ObjectType type;
  private final String path;
  private final Map<String, Object> values;

  YamlObject(ObjectType type, String path, Map<String, Object> values) {
    this.type = type;
    this.path = path;
    this.values = values;
  }

  /** An object of which nothing is given, so that all its fields have their defaults. */
  static YamlObject empty(ObjectType type, String path) {
    return new YamlObject(type, path, Map.of());
  }

  String path() {
    return path;
  }

  /** Path of a field of this object, as problems name it. */
  public String path(String field) {
    return Findings.join(path, field);
  }

  public boolean has(String field) {
    return values.containsKey(field);
  }

  /** The text of a field, or nothing at all if it is missing or wrong. */
  public String text(String field) {
    return optionalText(field).orElse("");
  }

  public Optional<String> optionalText(String field) {
    return value(field, String.class);
  }

  boolean flag(String field) {
    return value(field, Boolean.class).orElse(false);
  }

  int whole(String field) {
    return value(field, Long.class).map(Math::toIntExact).orElse(1);
  }

  /** A number, or a share in percent; nothing at all if it is missing or wrong. */
  OptionalDouble number(String field) {
    return value(field, Double.class).stream().mapToDouble(Double::doubleValue).findFirst();
  }

  OptionalLong bytes(String field) {
    return value(field, Long.class).stream().mapToLong(Long::longValue).findFirst();
  }

  /** The constant a field names; only for fields that always have a value. */
  <E extends Enum<E> & Word> E constant(String field, Class<E> type) {
    return constant(type, text(field));
  }

  /** The constant a manifest writes as {@code word}. */
  static <E extends Enum<E> & Word> E constant(Class<E> type, String word) {
    return EnumSet.allOf(type).stream()
        .filter(constant -> constant.word().equals(word))
        .findFirst()
        .orElseThrow();
  }

  public Optional<Duration> duration(String field) {
    return value(field, Duration.class);
  }

  Optional<YamlObject> object(String field) {
    return value(field, YamlObject.class);
  }

  Optional<MappingNode> options(String field) {
    return value(field, MappingNode.class);
  }

  public List<YamlObject> objects(String field) {
    return list(field, YamlObject.class);
  }

  public <T> List<T> list(String field, Class<T> element) {
    return value(field, List.class).stream()
        .flatMap(list -> ((List<?>) list).stream())
        .map(element::cast)
        .toList();
  }

  <T> Map<String, T> map(String field, Class<T> element) {
    var map = new LinkedHashMap<String, T>();
    for (var given : value(field, Map.class).stream().toList()) {
      ((Map<?, ?>) given).forEach((key, value) -> map.put((String) key, element.cast(value)));
    }
    return Collections.unmodifiableMap(map);
  }

  /**
   * The value of a field, or its default.
   *
   * @throws IllegalArgumentException if objects of this type have no such field
   */
  <T> Optional<T> value(String field, Class<T> javaType) {
    var declared = type.field(field);
    var given = values.get(field);
    return given == null
        ? YamlReader.fallback(declared).map(javaType::cast)
        : Optional.of(javaType.cast(given));
  }
}
