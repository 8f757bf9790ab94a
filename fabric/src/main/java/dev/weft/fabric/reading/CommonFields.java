package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.Field.optional;
import static dev.weft.fabric.reading.Field.required;

import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.OutputMetric;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.Word;
import dev.weft.fabric.reading.FieldType.Choice;
import dev.weft.fabric.reading.FieldType.ListOf;
import dev.weft.fabric.reading.FieldType.MapOf;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.fabric.reading.FieldType.WordOrList;
import dev.weft.stages.tensor.Datatype;
import java.util.Arrays;
import java.util.List;

/** What fields of several kinds of document have in common. */
final class CommonFields {

  static final String API_VERSION = "weft/v1";

  static final Choice DATATYPE =
      new Choice(Arrays.stream(Datatype.values()).map(Datatype::name).toList());
  static final Choice LANE = choice(Lane.values());
  static final Choice NODE_CLASS = choice(NodeClass.values());
  static final Choice ROLE = choice(NodeManifest.Role.values());
  static final Choice OVERFLOW = choice(Overflow.values());
  static final Choice ISOLATION = choice(Isolation.values());
  static final Choice ADMISSION = choice(Door.Admission.values());
  static final Choice CAPTURE = choice(Capture.Level.values());
  static final Choice METRIC = choice(OutputMetric.values());
  static final ListOf SHAPE = new ListOf(Scalar.DIM, 0, 32);
  static final Choice FALLBACK = choice(Fallback.values());
  static final Choice CACHED_BY = choice(Reach.Cached.By.values());
  static final WordOrList RESIDENCY =
      new WordOrList(
          new Choice(List.of(Residency.DEVICE_ONLY)),
          new ListOf(Scalar.PLACE, 1, Residency.ZONES_MAX));
  private static final int LABELS_MAX = 64;

  private CommonFields() {}

  private static Choice choice(Word... words) {
    return new Choice(Arrays.stream(words).map(Word::word).toList());
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
