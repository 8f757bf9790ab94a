package dev.weft.fabric.manifest;

import static dev.weft.fabric.manifest.Field.optional;
import static dev.weft.fabric.manifest.Field.required;

import dev.weft.fabric.manifest.FieldType.Choice;
import dev.weft.fabric.manifest.FieldType.ListOf;
import dev.weft.fabric.manifest.FieldType.MapOf;
import dev.weft.fabric.manifest.FieldType.Scalar;
import dev.weft.stages.tensor.Datatype;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What fields of several kinds of document have in common. */
final class CommonFields {

  static final String API_VERSION = "weft/v1";

  static final Choice DATATYPE =
      new Choice(Arrays.stream(Datatype.values()).map(Datatype::name).toList());
  static final Choice LANE = new Choice(Arrays.stream(Lane.values()).map(Lane::word).toList());
  static final Choice NODE_CLASS = new Choice(words(NodeClass.values()));
  static final Choice ROLE = new Choice(words(NodeManifest.Role.values()));
  static final Choice OVERFLOW = new Choice(words(Overflow.values()));
  static final ListOf SHAPE = new ListOf(Scalar.DIM, 0, 32);
  private static final int LABELS_MAX = 64;

  private CommonFields() {}

  /** An enum's constant as manifests write it, for example {@code drop-oldest}. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> words(Enum<?>... constants) {
    return Arrays.stream(constants).map(CommonFields::word).toList();
  }

  static Field apiVersion() {
    return required(
        "apiVersion",
        new Choice(List.of(API_VERSION)),
        API_VERSION,
        "Version of this format; always `weft/v1`.");
  }

  static Field kind(String kind) {
    return required(
        "kind", new Choice(List.of(kind)), kind, "What the document declares: `" + kind + "`.");
  }

  static Field summary(String example) {
    return required("summary", Scalar.TEXT, example, "What it does, in one sentence.");
  }

  static Field owner() {
    return required("owner", Scalar.TEXT, "language@example.org", "Who answers for it.");
  }

  static Field labels() {
    return optional(
        "labels",
        new MapOf(Scalar.NAME, Scalar.LABEL, LABELS_MAX),
        "{domain: text}",
        "Words of your own, for selection and display.");
  }
}
