package dev.weft.fabric.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON as plain values: {@link Map}, {@link Iterable}, {@link String}, {@link Number}, {@link
 * Boolean}; an {@link Optional} is its value or null. Numbers that JSON does not know, such as NaN,
 * are written as text.
 */
public final class Json {

  /** Most characters of one text that is read. */
  public static final int TEXT_LENGTH_MAX = 64 << 10;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNumberLength(40)
                  .maxStringLength(TEXT_LENGTH_MAX)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Json() {}

  /** The object on one line. */
  public static String write(Map<String, ?> object) {
    var text = new StringWriter();
    try (var generator = JSON.createGenerator(text)) {
      writeValue(generator, object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void writeValue(JsonGenerator generator, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        generator.writeStartObject();
        for (var entry : map.entrySet()) {
          generator.writeFieldName(String.valueOf(entry.getKey()));
          writeValue(generator, entry.getValue());
        }
        generator.writeEndObject();
      }
      case Iterable<?> elements -> {
        generator.writeStartArray();
        for (var element : elements) {
          writeValue(generator, element);
        }
        generator.writeEndArray();
      }
      case Optional<?> maybe -> {
        if (maybe.isPresent()) {
          writeValue(generator, maybe.get());
        } else {
          generator.writeNull();
        }
      }
      case Boolean bit -> generator.writeBoolean(bit);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Number number when Double.isFinite(number.doubleValue()) ->
          generator.writeNumber(number.toString());
      default -> generator.writeString(value.toString());
    }
  }

  /**
   * The object in {@code text}; nulls in it are left out.
   *
   * @throws IllegalArgumentException if it is no single JSON object, too deep, or has long parts
   */
  public static Map<String, Object> readObject(String text) {
    var object = readObjectWithNulls(text);
    object.values().removeIf(Optional.empty()::equals);
    return object;
  }

  /**
   * As {@link #readObject}, but a field of the object itself that is null is an empty {@link
   * Optional}.
   *
   * @throws IllegalArgumentException as {@link #readObject}
   */
  public static Map<String, Object> readObjectWithNulls(String text) {
    try (var parser = JSON.createParser(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        var object = readFields(parser);
        if (parser.nextToken() == null) {
          return object;
        }
      }
    } catch (StreamReadException e) {
      throw new IllegalArgumentException("JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("JSON: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("JSON: no object (expected: one object)");
  }

  private static Object readValue(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var fields = readFields(parser);
        fields.values().removeIf(Optional.empty()::equals);
        yield fields;
      }
      case START_ARRAY -> readElements(parser);
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> Optional.empty();
      default -> parser.getText();
    };
  }

  /** What is null is an empty {@link Optional}. */
  private static Map<String, Object> readFields(JsonParser parser) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      fields.put(name, readValue(parser));
    }
    return fields;
  }

  private static List<Object> readElements(JsonParser parser) throws IOException {
    var elements = new ArrayList<Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(readValue(parser));
    }
    return elements;
  }
}
