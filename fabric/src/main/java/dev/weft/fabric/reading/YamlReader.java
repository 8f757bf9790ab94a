package dev.weft.fabric.reading;

import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads a document by the field table and goes on after every mistake, so that one reading reports
 * all of them. A mistyped field is reported and then read as the one it was meant to be.
 */
final class YamlReader {

  private static final int VALUES_MAX = 100_000;

  private final YamlDocuments.Document document;
  private final Findings findings;
  private int values;

  YamlReader(YamlDocuments.Document document) {
    this.document = document;
    this.findings = document.findings();
  }

  /** Reads {@code node} as an object of {@code type}; one without values if it is not an object. */
  YamlObject object(Node node, ObjectType type, String path) {
    place(path, node);
    if (!(node instanceof MappingNode mapping)) {
      var expected = new Nested(type).expected();
      findings.error(path, ScalarReader.shown(node), expected);
      return new YamlObject(type, path, Map.of());
    }
    var nodes = fields(mapping, type, path);
    var read = new HashMap<String, Object>();
    for (var field : type.fields()) {
      var value = nodes.get(field.name());
      var fieldPath = Findings.join(path, field.name());
      if (value != null) {
        value(value, field.type(), fieldPath).ifPresent(good -> read.put(field.name(), good));
      } else if (field.required()) {
        findings.error(
            fieldPath, "missing", "%s Example: %s".formatted(field.meaning(), field.example()));
      }
    }
    return new YamlObject(type, path, read);
  }

  /** The default of a field as its Java value. */
  static Optional<Object> fallback(Field field) {
    return field.fallback().flatMap(text -> fallback(field.type(), text));
  }

  private static Optional<Object> fallback(FieldType type, String text) {
    return switch (type) {
      case Scalar.FLAG, Scalar.SWITCH -> Optional.of(text.equals("true") || text.equals("on"));
      case Scalar scalar ->
          ScalarReader.read(scalar, new ScalarNode(Tag.STR, text, ScalarStyle.PLAIN));
      case Choice _ -> Optional.of(text);
      case Whole _ -> Optional.of(Long.valueOf(text));
      case Real _ -> Optional.of(Double.valueOf(text));
      case ListOf(var element, _, _) -> Optional.of(fallbacks(element, text));
      case Either(var shortForm, _) -> fallback(shortForm, text);
      case MapOf _, Nested _, WordOrList _, KindOptions _ -> Optional.empty();
    };
  }

  /** The items of a list of single values. */
  private static List<Object> fallbacks(FieldType element, String text) {
    return Arrays.stream(text.substring(1, text.length() - 1).split(", "))
        .flatMap(item -> fallback(element, item).stream())
        .toList();
  }

  /** Value nodes by the field they are meant for. */
  private Map<String, Node> fields(MappingNode mapping, ObjectType type, String path) {
    var given = document.entries(mapping, path);
    var fields = new LinkedHashMap<String, Node>();
    given.forEach(
        (name, node) -> {
          if (type.find(name).isPresent()) {
            fields.put(name, node);
          }
        });
    given.forEach(
        (name, node) -> {
          if (type.find(name).isEmpty()) {
            var expected = NearestName.expected("a known field", name, type.names());
            findings.errorInName(Findings.join(path, name), "unknown field", expected);
            NearestName.of(name, type.names()).ifPresent(meant -> fields.putIfAbsent(meant, node));
          }
        });
    return fields;
  }

  private Optional<Object> value(Node node, FieldType type, String path) {
    place(path, node);
    if (++values > VALUES_MAX) {
      if (values == VALUES_MAX + 1) {
        findings.error(path, "more values", "at most %d in one document".formatted(VALUES_MAX));
      }
      return Optional.empty();
    }
    return switch (type) {
      case Scalar scalar -> scalar(node, scalar, scalar.expected(), path);
      case Choice choice -> choice(node, choice, path);
      case Whole whole -> whole(node, whole, path);
      case Real real -> real(node, real, path);
      case ListOf list -> list(node, list, path);
      case MapOf map -> map(node, map, path);
      case Nested nested -> Optional.of(object(node, nested.type(), path));
      case Either either ->
          node instanceof MappingNode
              ? Optional.of(object(node, either.longForm(), path))
              : scalar(node, either.shortForm(), either.expected(), path);
      case WordOrList either ->
          node instanceof SequenceNode ? list(node, either.list(), path) : word(node, either, path);
      case KindOptions _ ->
          node instanceof MappingNode ? Optional.of(node) : refuse(node, type.expected(), path);
    };
  }

  private Optional<Object> scalar(Node node, Scalar type, String expected, String path) {
    var value =
        node instanceof ScalarNode scalar
            ? ScalarReader.read(type, scalar)
            : Optional.<Object>empty();
    return value.isPresent() ? value : refuse(node, expected, path);
  }

  private Optional<Object> choice(Node node, Choice type, String path) {
    if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)) {
      var word = scalar.getValue();
      if (type.words().contains(word)) {
        return Optional.of(word);
      }
      var hint =
          type.words().size() == 1 ? Optional.<String>empty() : NearestName.of(word, type.words());
      var suffix = hint.map("; did you mean '%s'?"::formatted).orElse("");
      return refuse(node, type.expected() + suffix, path);
    }
    return refuse(node, type.expected(), path);
  }

  private Optional<Object> word(Node node, WordOrList type, String path) {
    return node instanceof ScalarNode scalar && type.word().words().contains(scalar.getValue())
        ? Optional.of(scalar.getValue())
        : refuse(node, type.expected(), path);
  }

  private Optional<Object> whole(Node node, Whole type, String path) {
    if (node instanceof ScalarNode scalar) {
      var number = ScalarReader.whole(scalar);
      if (number.isPresent()
          && number.getAsLong() >= type.min()
          && number.getAsLong() <= type.max()) {
        return Optional.of(number.getAsLong());
      }
    }
    return refuse(node, type.expected(), path);
  }

  private Optional<Object> real(Node node, Real type, String path) {
    var number =
        node instanceof ScalarNode scalar ? ScalarReader.number(scalar) : Optional.<Double>empty();
    return number
        .filter(value -> value >= type.min() && value <= type.max())
        .map(value -> (Object) value)
        .or(() -> refuse(node, type.expected(), path));
  }

  private Optional<Object> list(Node node, ListOf type, String path) {
    if (!(node instanceof SequenceNode sequence)) {
      return refuse(node, type.expected(), path);
    }
    var size = sequence.getValue().size();
    if (size < type.sizeMin() || size > type.sizeMax()) {
      findings.error(path, "%d entries".formatted(size), type.expected());
    }
    var items = new ArrayList<Object>();
    for (var i = 0; i < Math.min(size, type.sizeMax()); i++) {
      value(sequence.getValue().get(i), type.element(), Findings.join(path, i))
          .ifPresent(items::add);
    }
    return Optional.of(List.copyOf(items));
  }

  private Optional<Object> map(Node node, MapOf type, String path) {
    if (!(node instanceof MappingNode mapping)) {
      return refuse(node, type.expected(), path);
    }
    var entries = document.entries(mapping, path);
    if (entries.size() > type.sizeMax()) {
      findings.error(path, "%d entries".formatted(entries.size()), type.expected());
    }
    var map = new LinkedHashMap<String, Object>();
    for (var name : firstNames(entries, type.sizeMax())) {
      var at = Findings.join(path, name);
      if (!type.key().pattern().matcher(name).find()) {
        findings.errorInName(at, "'" + name + "'", type.key().expected());
      }
      var value = entries.get(name);
      if (value != null) {
        value(value, type.value(), at).ifPresent(good -> map.put(name, good));
      }
    }
    return Optional.of(map);
  }

  private static SequencedSet<String> firstNames(Map<String, Node> entries, int limit) {
    var names = new LinkedHashSet<String>();
    entries.keySet().stream().limit(limit).forEach(names::add);
    return names;
  }

  private Optional<Object> refuse(Node node, String expected, String path) {
    findings.error(path, ScalarReader.shown(node), expected);
    return Optional.empty();
  }

  private void place(String path, Node node) {
    findings.placeValue(path, document.place(node.getStartMark()));
  }
}
