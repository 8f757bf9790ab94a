package dev.weft.fabric.reading;

import dev.weft.fabric.reading.FieldType.Choice;
import dev.weft.fabric.reading.FieldType.Either;
import dev.weft.fabric.reading.FieldType.KindOptions;
import dev.weft.fabric.reading.FieldType.ListOf;
import dev.weft.fabric.reading.FieldType.MapOf;
import dev.weft.fabric.reading.FieldType.Nested;
import dev.weft.fabric.reading.FieldType.Real;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.fabric.reading.FieldType.Whole;
import dev.weft.fabric.reading.FieldType.WordOrList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * The JSON Schema (2020-12) of manifests, made from the field table, so that editors complete and
 * check them while they are written.
 */
final class ManifestSchema {

  private ManifestSchema() {}

  /** The schema as JSON text. */
  static String text() {
    var definitions = new LinkedHashMap<String, Object>();
    for (var type : ManifestFields.ALL) {
      definitions.put(type.name(), object(type));
    }
    var schema = new LinkedHashMap<String, Object>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Weft manifest");
    schema.put("type", "object");
    schema.put("required", List.of("apiVersion", "kind"));
    schema.put(
        "properties",
        Map.of(
            "kind",
            Map.of("enum", ManifestFields.DOCUMENTS.stream().map(ObjectType::name).toList())));
    schema.put("allOf", ManifestFields.DOCUMENTS.stream().map(ManifestSchema::document).toList());
    schema.put("$defs", definitions);
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
  }

  private static Map<String, Object> document(ObjectType type) {
    var isKind = Map.of("properties", Map.of("kind", Map.of("const", type.name())));
    return ordered("if", isKind, "then", reference(type));
  }

  private static Map<String, Object> object(ObjectType type) {
    var properties = new LinkedHashMap<String, Object>();
    for (var field : type.fields()) {
      var property = new LinkedHashMap<String, Object>();
      property.put("description", description(field));
      property.putAll(value(field.type()));
      properties.put(field.name(), property);
    }
    var object = new LinkedHashMap<String, Object>();
    object.put("description", type.summary());
    object.put("type", "object");
    object.put("additionalProperties", false);
    object.put(
        "required", type.fields().stream().filter(Field::required).map(Field::name).toList());
    object.put("properties", properties);
    return object;
  }

  private static String description(Field field) {
    var meaning = field.meaning().replace("`", "");
    return field.fallback().map(text -> meaning + " Default: " + text + ".").orElse(meaning);
  }

  private static Map<String, Object> value(FieldType type) {
    return switch (type) {
      case Scalar scalar -> scalar(scalar);
      case Choice(var words) ->
          words.size() == 1 ? Map.of("const", words.getFirst()) : Map.of("enum", words);
      case Whole(var min, var max) -> ordered("type", "integer", "minimum", min, "maximum", max);
      case Real(var min, var max) -> ordered("type", "number", "minimum", min, "maximum", max);
      case ListOf(var element, var min, var max) ->
          ordered("type", "array", "minItems", min, "maxItems", max, "items", value(element));
      case MapOf(var key, var element, var max) ->
          ordered(
              "type",
              "object",
              "maxProperties",
              max,
              "propertyNames",
              Map.of("pattern", key.pattern().pattern()),
              "additionalProperties",
              value(element));
      case Nested(var nested) -> reference(nested);
      case Either(var shortForm, var longForm) ->
          Map.of("anyOf", List.of(scalar(shortForm), reference(longForm)));
      case WordOrList(var word, var list) -> Map.of("anyOf", List.of(value(word), value(list)));
      case KindOptions _ -> Map.of("type", "object");
    };
  }

  private static Map<String, Object> scalar(Scalar type) {
    var pattern = ordered("type", "string", "pattern", type.pattern().pattern());
    return switch (type) {
      case TEXT,
          NAME,
          PLAIN_NAME,
          TENSOR_NAME,
          REFERENCE,
          CONDITION,
          LOAD,
          DURATION,
          PERIOD,
          WATCH,
          EXPOSURE,
          SHARE,
          PART,
          SHA256,
          FILE,
          SOURCE,
          LAYOUT,
          SEMANTIC,
          PLACE,
          ADDRESS,
          SERVICE ->
          pattern;
      case SIZE -> Map.of("anyOf", List.of(ordered("type", "integer", "minimum", 1), pattern));
      case DIM -> Map.of("anyOf", List.of(ordered("type", "integer", "minimum", -1), pattern));
      case FLAG -> Map.of("type", "boolean");
      case SWITCH -> Map.of("enum", List.of("on", "off", true, false));
      case LABEL, CONSTANT -> Map.of("type", List.of("string", "number", "boolean"));
    };
  }

  private static Map<String, Object> reference(ObjectType type) {
    return Map.of("$ref", "#/$defs/" + type.name());
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (var i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
