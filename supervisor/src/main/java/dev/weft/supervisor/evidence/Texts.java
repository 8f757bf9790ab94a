package dev.weft.supervisor.evidence;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Texts on their way into an entry. */
final class Texts {

  /** Characters of one text; what is much longer could not be read back. */
  static final int LENGTH_MAX = 32 << 10;

  /** Room for what is said in place of the rest. */
  private static final int REST_MAX = 64;

  private Texts() {}

  /** {@code body} with each text in it cut where it is too long, which it says. */
  static Map<String, Object> bounded(Map<String, Object> body) {
    var bounded = new LinkedHashMap<String, Object>();
    body.forEach((name, value) -> bounded.put(name, bounded(value)));
    return bounded;
  }

  private static Object bounded(Object value) {
    return switch (value) {
      case String text when text.length() > LENGTH_MAX ->
          "%s... (%d characters in all)"
              .formatted(text.substring(0, LENGTH_MAX - REST_MAX), text.length());
      case Map<?, ?> map -> {
        var bounded = new LinkedHashMap<Object, Object>();
        map.forEach((name, each) -> bounded.put(name, bounded(each)));
        yield bounded;
      }
      case List<?> list -> list.stream().map(Texts::bounded).toList();
      default -> value;
    };
  }
}
