package dev.weft.fabric.reading;

import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.stages.spi.OptionSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads the options of a stage or variant by the specs of its kind. */
final class OptionReader {

  private static final int ENTRIES_MAX = 65_536;

  private final List<OptionSpec> specs;
  private final String kind;
  private final YamlDocuments.Document document;
  private final Findings findings;

  OptionReader(List<OptionSpec> specs, String kind, YamlDocuments.Document document) {
    this.specs = List.copyOf(specs);
    this.kind = kind;
    this.document = document;
    this.findings = document.findings();
  }

  /** The options given in {@code mapping}, each of the Java type of its spec. */
  Map<String, Object> read(MappingNode mapping, String path) {
    var options = new LinkedHashMap<String, Object>();
    document
        .entries(mapping, path)
        .forEach(
            (name, node) -> {
              var at = Findings.join(path, name);
              var spec = specs.stream().filter(known -> known.name().equals(name)).findFirst();
              if (spec.isEmpty()) {
                var names = specs.stream().map(OptionSpec::name).toList();
                var what = "an option of kind '%s'".formatted(kind);
                findings.errorInName(at, "unknown option", NearestName.expected(what, name, names));
              } else {
                value(node, spec.get(), at).ifPresent(value -> options.put(name, value));
              }
            });
    return options;
  }

  private Optional<Object> value(Node node, OptionSpec spec, String path) {
    var value =
        switch (spec.type()) {
          case INTEGER -> scalar(node, OptionReader::integer);
          case NUMBER -> scalar(node, ScalarReader::number);
          case BOOLEAN -> scalar(node, ScalarReader::flag);
          case TEXT -> scalar(node, OptionReader::text);
          case CHOICE ->
              scalar(node, OptionReader::text).filter(word -> spec.choices().contains(word));
          case NUMBERS -> list(node, ScalarReader::number);
          case TEXTS -> list(node, OptionReader::text);
          case TEXT_BY_NAME -> textByName(node, path);
        };
    if (value.isEmpty() && !findings.isBroken(path)) {
      findings.error(path, ScalarReader.shown(node), expected(node, spec));
    }
    return value;
  }

  private static String expected(Node node, OptionSpec spec) {
    var form =
        switch (spec.type()) {
          case INTEGER -> "a whole number";
          case NUMBER -> "a number";
          case BOOLEAN -> "true or false";
          case TEXT -> "text (in quotes if it looks like a number)";
          case CHOICE ->
              node instanceof ScalarNode scalar
                  ? NearestName.expected("a known word", scalar.getValue(), spec.choices())
                  : "one of " + String.join(", ", spec.choices());
          case NUMBERS -> "a list of numbers";
          case TEXTS -> "a list of texts";
          case TEXT_BY_NAME -> "entries 'name: text'";
        };
    return "%s; %s".formatted(form, spec.summary());
  }

  private static Optional<Object> integer(ScalarNode node) {
    var whole = ScalarReader.whole(node);
    return whole.isPresent() ? Optional.of(whole.getAsLong()) : Optional.empty();
  }

  private static Optional<Object> text(ScalarNode node) {
    return node.getTag().equals(Tag.STR) ? Optional.of(node.getValue()) : Optional.empty();
  }

  private static Optional<Object> scalar(
      Node node, Function<ScalarNode, ? extends Optional<?>> read) {
    return node instanceof ScalarNode scalar
        ? read.apply(scalar).map(value -> (Object) value)
        : Optional.empty();
  }

  private static Optional<Object> list(
      Node node, Function<ScalarNode, ? extends Optional<?>> read) {
    if (!(node instanceof SequenceNode sequence) || sequence.getValue().size() > ENTRIES_MAX) {
      return Optional.empty();
    }
    var items = new ArrayList<Object>();
    for (var item : sequence.getValue()) {
      var value = scalar(item, read);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      items.add(value.get());
    }
    return Optional.of(List.copyOf(items));
  }

  private Optional<Object> textByName(Node node, String path) {
    if (!(node instanceof MappingNode mapping)) {
      return Optional.empty();
    }
    var texts = new LinkedHashMap<String, String>();
    document
        .entries(mapping, path)
        .forEach(
            (name, value) -> {
              var text = scalar(value, found -> ScalarReader.read(Scalar.LABEL, found));
              var at = Findings.join(path, name);
              if (text.isEmpty()) {
                findings.error(at, ScalarReader.shown(value), Scalar.LABEL.expected());
              } else {
                texts.put(name, (String) text.get());
              }
            });
    return Optional.of(texts);
  }
}
