package dev.weft.client.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads small JSON texts into maps, lists, texts, numbers and booleans; null is left out. */
final class JsonObjects {

  private static final JsonFactory JSON = new JsonFactory();

  private JsonObjects() {}

  /**
   * @throws WireException if it is none
   */
  static Object read(byte[] content, int length) {
    try (var parser = JSON.createParser(content, 0, length)) {
      var value = value(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new WireException("JSON: more behind its end (expected: one value)");
      }
      return value.orElse(Map.of());
    } catch (IOException e) {
      throw new WireException("JSON: %s (expected: a text of it)".formatted(e.getMessage()), e);
    }
  }

  private static Optional<Object> value(JsonParser parser, JsonToken token) throws IOException {
    if (token == null) {
      throw new WireException("JSON: none (expected: a value)");
    }
    return switch (token) {
      case START_OBJECT -> Optional.of(object(parser));
      case START_ARRAY -> Optional.of(list(parser));
      case VALUE_STRING -> Optional.of(parser.getText());
      case VALUE_NUMBER_INT -> Optional.of(parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> Optional.of(parser.getDoubleValue());
      case VALUE_TRUE -> Optional.of(true);
      case VALUE_FALSE -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    var object = new LinkedHashMap<String, Object>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      value(parser, parser.nextToken()).ifPresent(value -> object.put(name, value));
    }
    return object;
  }

  private static List<Object> list(JsonParser parser) throws IOException {
    var list = new ArrayList<Object>();
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      value(parser, token).ifPresent(list::add);
    }
    return list;
  }

  static Map<?, ?> object(Object value, String what) {
    if (value instanceof Map<?, ?> object) {
      return object;
    }
    throw new WireException("%s: %s (expected: an object)".formatted(what, value));
  }

  /** The list of that name; empty if there is none. */
  static List<?> list(Map<?, ?> object, String name) {
    return switch (object.get(name)) {
      case null -> List.of();
      case List<?> list -> list;
      case Object other ->
          throw new WireException("%s: %s (expected: a list)".formatted(name, other));
    };
  }

  static Optional<String> text(Map<?, ?> object, String name) {
    return object.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  static Optional<Long> integer(Map<?, ?> object, String name) {
    return object.get(name) instanceof Long number ? Optional.of(number) : Optional.empty();
  }

  /** The list of integers of that name. */
  static List<Long> integers(Map<?, ?> object, String name) {
    var numbers = new ArrayList<Long>();
    for (var each : list(object, name)) {
      if (!(each instanceof Long number)) {
        throw new WireException("%s: %s (expected: integers)".formatted(name, each));
      }
      numbers.add(number);
    }
    return numbers;
  }
}
