package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Condition;
import dev.weft.fabric.manifest.LoadCondition;
import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.stages.spi.Dim;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Turns single YAML values into the Java types that manifests are made of. */
final class ScalarReader {

  private static final Set<Tag> PLAIN_TAGS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL);
  private static final int SHOWN_MAX = 80;

  private ScalarReader() {}

  /** The value of {@code node} as {@code type}, or nothing if it is not one. */
  static Optional<Object> read(Scalar type, ScalarNode node) {
    var tag = node.getTag();
    var text = node.getValue();
    if (!PLAIN_TAGS.contains(tag)) {
      return Optional.empty();
    }
    return switch (type) {
      case TEXT,
          NAME,
          PLAIN_NAME,
          TENSOR_NAME,
          FILE,
          SOURCE,
          LAYOUT,
          SEMANTIC,
          PLACE,
          ADDRESS,
          SERVICE ->
          tag.equals(Tag.STR) && matches(type, text) ? Optional.of(text) : Optional.empty();
      case REFERENCE ->
          tag.equals(Tag.STR) && matches(type, text)
              ? Optional.of(TensorRef.parse(text))
              : Optional.empty();
      case CONDITION -> Condition.parse(text).map(condition -> condition);
      case LOAD ->
          matches(type, text)
              ? LoadCondition.parse(text).map(condition -> condition)
              : Optional.empty();
      case DURATION -> Quantity.duration(text).map(duration -> duration);
      case PERIOD -> Quantity.period(text).map(period -> period);
      case WATCH ->
          text.equals("off")
              ? Optional.of(Duration.ZERO)
              : Quantity.period(text).map(period -> period);
      case SIZE -> matches(type, text) ? boxed(Quantity.bytes(text)) : Optional.empty();
      case EXPOSURE ->
          matches(type, text) ? percent(text.equals("shadow") ? "0%" : text) : Optional.empty();
      case SHARE, PART -> matches(type, text) ? percent(text) : Optional.empty();
      case SHA256 ->
          matches(type, text) ? Optional.of(text.toLowerCase(Locale.ROOT)) : Optional.empty();
      case DIM -> dim(node);
      case FLAG -> flag(node);
      case SWITCH -> onOrOff(node).or(() -> flag(node));
      case LABEL -> matches(type, text) ? Optional.of(text) : Optional.empty();
      case CONSTANT -> constant(node);
    };
  }

  /** A whole number that fits a {@code long}. */
  static OptionalLong whole(ScalarNode node) {
    if (!node.getTag().equals(Tag.INT)) {
      return OptionalLong.empty();
    }
    try {
      var text = node.getValue();
      return OptionalLong.of(
          text.startsWith("0o") ? Long.parseLong(text.substring(2), 8) : decoded(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** A finite number, whole or not. */
  static Optional<Double> number(ScalarNode node) {
    var whole = whole(node);
    if (whole.isPresent()) {
      return Optional.of((double) whole.getAsLong());
    }
    if (!node.getTag().equals(Tag.FLOAT) && !node.getTag().equals(Tag.INT)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Double.parseDouble(node.getValue())).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  static Optional<Object> flag(ScalarNode node) {
    return node.getTag().equals(Tag.BOOL)
        ? Optional.of(node.getValue().equalsIgnoreCase("true"))
        : Optional.empty();
  }

  /** What stands at {@code node}, short enough for a message. */
  static String shown(Node node) {
    return switch (node) {
      case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "nothing";
      case ScalarNode scalar when scalar.getTag().equals(Tag.STR) ->
          "'" + shown(scalar.getValue()) + "'";
      case ScalarNode scalar -> shown(scalar.getValue());
      case SequenceNode _ -> "a list";
      default -> "an object";
    };
  }

  private static String shown(String text) {
    var clean = text.replaceAll("\\p{Cntrl}", " ");
    return clean.length() <= SHOWN_MAX ? clean : clean.substring(0, SHOWN_MAX) + "...";
  }

  private static boolean matches(Scalar type, String text) {
    return type.pattern().matcher(text).find();
  }

  private static long decoded(String text) {
    return text.startsWith("0x")
        ? Long.parseLong(text.substring(2), 16)
        : Long.parseLong(text.startsWith("+") ? text.substring(1) : text);
  }

  private static Optional<Object> boxed(OptionalLong value) {
    return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
  }

  private static Optional<Object> percent(String text) {
    var percent = Quantity.percent(text);
    return percent.isPresent() ? Optional.of(percent.getAsDouble()) : Optional.empty();
  }

  private static Optional<Object> dim(ScalarNode node) {
    if (!matches(Scalar.DIM, node.getValue())) {
      return Optional.empty();
    }
    var size = whole(node);
    if (size.isEmpty()) {
      return node.getTag().equals(Tag.STR)
          ? Optional.of(Dim.named(node.getValue()))
          : Optional.empty();
    }
    return Optional.of(size.getAsLong() == -1 ? Dim.any() : Dim.fixed(size.getAsLong()));
  }

  private static Optional<Object> onOrOff(ScalarNode node) {
    return switch (node.getValue()) {
      case "on" -> Optional.of(true);
      case "off" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Optional<Object> constant(ScalarNode node) {
    var whole = whole(node);
    if (whole.isPresent()) {
      return Optional.of(whole.getAsLong());
    }
    if (node.getTag().equals(Tag.STR)) {
      return Optional.of(node.getValue());
    }
    return flag(node).or(() -> number(node));
  }
}
