package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an operator asks whoever drains a site, as a JSON object. */
sealed interface DrainQuestion {

  /** Has the sessions go. */
  record Start(SiteName to) implements DrainQuestion {}

  /** Has them come back. */
  record Undo() implements DrainQuestion {}

  /** Asks how it stands. */
  record Status() implements DrainQuestion {}

  static Map<String, Object> object(SiteName site, DrainQuestion question) {
    var object = new LinkedHashMap<String, Object>();
    object.put("site", site.text());
    switch (question) {
      case Start(var to) -> {
        object.put("verb", "start");
        object.put("to", to.text());
      }
      case Undo _ -> object.put("verb", "undo");
      case Status _ -> object.put("verb", "status");
    }
    return object;
  }

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  static DrainQuestion read(String text) {
    var object = Json.readObject(text);
    var verb = text(object, "verb");
    return switch (verb) {
      case "start" -> new Start(new SiteName(text(object, "to")));
      case "undo" -> new Undo();
      case "status" -> new Status();
      default ->
          throw new IllegalArgumentException(
              "verb: '%s' (expected: start, undo or status)".formatted(verb));
    };
  }

  /**
   * The site that is asked about.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  static SiteName site(String text) {
    return new SiteName(text(Json.readObject(text), "site"));
  }

  private static String text(Map<String, Object> object, String field) {
    if (object.get(field) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(
        "%s: %s (expected: a text)".formatted(field, object.get(field)));
  }
}
