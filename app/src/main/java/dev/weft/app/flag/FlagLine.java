package dev.weft.app.flag;

import dev.weft.fabric.flag.FlagBook;
import dev.weft.fabric.flag.FlagChange;
import dev.weft.fabric.flag.FlagSetting;
import dev.weft.fabric.json.Json;
import dev.weft.fabric.routing.FlagRule;
import dev.weft.gateway.flag.FlagObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Changes of flags as lines of JSON. The first line of a file only names its format; a change tells
 * all that is needed to set the flag, so the last line of a flag is what it is set to.
 */
final class FlagLine {

  /** The first line of a file. */
  static final String HEAD = "{\"format\":\"weft-flags/1\"}";

  private FlagLine() {}

  static String of(FlagChange change) {
    return Json.write(FlagObject.of(change));
  }

  /** A setting as the change that would make it, for the head of a file that goes on. */
  static String of(String flag, FlagSetting setting) {
    return of(
        new FlagChange(
            flag,
            setting.rule(),
            Optional.of(setting.rule()),
            setting.by(),
            setting.reason(),
            setting.at()));
  }

  /**
   * What is set after a line.
   *
   * @throws IllegalArgumentException if it is no change
   */
  static FlagBook after(FlagBook before, String line) {
    var object = Json.readObject(line);
    var to = text(object, "to");
    return before.after(
        new FlagChange(
            text(object, "flag"),
            rule("from", text(object, "from")),
            to.equals(FlagObject.DECLARED) ? Optional.empty() : Optional.of(rule("to", to)),
            text(object, "by"),
            text(object, "reason"),
            instant(text(object, "at"))));
  }

  private static FlagRule rule(String field, String word) {
    return FlagRule.of(word)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s: '%s' (expected: %s)".formatted(field, word, FlagRule.EXPECTED)));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "at: '%s' (expected: a time such as 2026-01-31T00:00:00Z)".formatted(text), e);
    }
  }

  private static String text(Map<String, Object> object, String field) {
    if (object.get(field) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("%s: missing (expected: a text)".formatted(field));
  }
}
