package dev.weft.fabric.reading;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The fields of one sort of object in a manifest.
 *
 * @param name as the reference page and the schema call it, for example {@code Variant}
 */
public record ObjectType(String name, String summary, List<Field> fields) {

  public ObjectType {
    fields = List.copyOf(fields);
  }

  public static ObjectType of(String name, String summary, Field... fields) {
    return new ObjectType(name, summary, Arrays.asList(fields));
  }

  List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  Optional<Field> find(String field) {
    return fields.stream().filter(candidate -> candidate.name().equals(field)).findFirst();
  }

  /**
   * The field of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  Field field(String field) {
    return find(field)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "field: '%s' (expected: one of %s of %s)".formatted(field, names(), name)));
  }
}
