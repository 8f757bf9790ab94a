package dev.weft.fabric.manifest;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/**
 * One object of a manifest with its values already read: what was wrong is reported and left out,
 * and a field that is not there has its default.
 */
final class YamlObject {

  private final ObjectType type;
  private final String path;
  private final Map<String, Object> values;

  YamlObject(ObjectType type, String path, Map<String, Object> values) {
    this.type = type;
    this.path = path;
    this.values = values;
  }

  ObjectType type() {
    return type;
  }

  String path() {
    return path;
  }

  /** Path of a field of this object, as problems name it. */
  String path(String field) {
    return Findings.join(path, field);
  }

  boolean has(String field) {
    return values.containsKey(field);
  }

  /** The text of a field, or nothing at all if it is missing or wrong. */
  String text(String field) {
    return optionalText(field).orElse("");
  }

  Optional<String> optionalText(String field) {
    return value(field, String.class);
  }

  boolean flag(String field) {
    return value(field, Boolean.class).orElse(false);
  }

  int whole(String field) {
    return value(field, Long.class).map(Math::toIntExact).orElse(1);
  }

  Optional<Long> bytes(String field) {
    return value(field, Long.class);
  }

  Optional<Duration> duration(String field) {
    return value(field, Duration.class);
  }

  Optional<YamlObject> object(String field) {
    return value(field, YamlObject.class);
  }

  Optional<MappingNode> options(String field) {
    return value(field, MappingNode.class);
  }

  List<YamlObject> objects(String field) {
    return list(field, YamlObject.class);
  }

  <T> List<T> list(String field, Class<T> element) {
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
