package dev.weft.fabric.reading;

import java.util.Optional;

/**
 * One field a manifest may have: what the reader accepts, the schema offers and the reference page
 * explains.
 *
 * @param required whether a manifest without it is refused
 * @param fallback what holds when it is not there, as it would be written; empty if that is nothing
 * @param meaning in one sentence, with the unit if there is one
 * @param example as it would be written
 */
public record Field(
    String name,
    FieldType type,
    boolean required,
    Optional<String> fallback,
    String meaning,
    String example) {

  public static Field required(String name, FieldType type, String example, String meaning) {
    return new Field(name, type, true, Optional.empty(), meaning, example);
  }

  public static Field optional(String name, FieldType type, String example, String meaning) {
    return new Field(name, type, false, Optional.empty(), meaning, example);
  }

  public static Field optional(
      String name, FieldType type, String fallback, String example, String meaning) {
    return new Field(name, type, false, Optional.of(fallback), meaning, example);
  }
}
