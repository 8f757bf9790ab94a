package dev.weft.stages.spi;

import java.util.List;
import java.util.Optional;

/**
 * One option of a stage kind.
 *
 * @param summary meaning and unit in one sentence
 * @param defaultValue what holds when a manifest is silent; empty if the option must be given
 * @param choices the words allowed, for {@link Type#CHOICE}; otherwise empty
 */
public record OptionSpec(
    String name, Type type, String summary, Optional<Object> defaultValue, List<String> choices) {

  /** How an option is written in YAML, and the Java type it is read as. */
  public enum Type {
    /** {@link Long}. */
    INTEGER,
    /** {@link Double}. */
    NUMBER,
    /** {@link Boolean}. */
    BOOLEAN,
    /** {@link String}. */
    TEXT,
    /** {@link String}, one of the choices. */
    CHOICE,
    /** List of {@link Double}. */
    NUMBERS,
    /** List of {@link String}. */
    TEXTS,
    /** Map of {@link String} to {@link String}. */
    TEXT_BY_NAME
  }

  public OptionSpec {
    choices = List.copyOf(choices);
  }

  public static OptionSpec required(String name, Type type, String summary) {
    return new OptionSpec(name, type, summary, Optional.empty(), List.of());
  }

  public static OptionSpec of(String name, Type type, Object defaultValue, String summary) {
    return new OptionSpec(name, type, summary, Optional.of(defaultValue), List.of());
  }

  public static OptionSpec choice(
      String name, String defaultValue, List<String> choices, String summary) {
    return new OptionSpec(name, Type.CHOICE, summary, Optional.of(defaultValue), choices);
  }
}
