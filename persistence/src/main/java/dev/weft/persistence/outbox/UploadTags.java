package dev.weft.persistence.outbox;

import dev.weft.persistence.trace.TraceKey;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which records are tagged for upload.
 *
 * @param classes retention classes; empty for all
 * @param pipelines of them, only these; empty for all
 */
public record UploadTags(Set<String> classes, Set<String> pipelines) {

  public UploadTags {
    classes = Set.copyOf(classes);
    pipelines = Set.copyOf(pipelines);
  }

  /** All records there are. */
  public static UploadTags everything() {
    return new UploadTags(Set.of(), Set.of());
  }

  /** All records of {@code classes}. */
  public static UploadTags ofClasses(String... classes) {
    return new UploadTags(Set.of(classes), Set.of());
  }

  /** Whether a record with {@code key} is to be sent. Records of no pipeline tell of all. */
  public boolean wants(TraceKey key) {
    return wantsClass(key.retentionClass())
        && (pipelines.isEmpty() || key.pipeline().isEmpty() || pipelines.contains(key.pipeline()));
  }

  /** The same text for equal tags; {@link #of(String)} reads it. */
  String text() {
    return String.join(",", new TreeSet<>(classes))
        + ";"
        + String.join(",", new TreeSet<>(pipelines));
  }

  /** What {@link #text} wrote. */
  static UploadTags of(String text) {
    var parts = text.split(";", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException(
          "tags: '%s' (expected: CLASSES;PIPELINES)".formatted(text));
    }
    return new UploadTags(names(parts[0]), names(parts[1]));
  }

  private static Set<String> names(String joined) {
    return joined.isEmpty() ? Set.of() : Set.of(joined.split(",", -1));
  }

  @Override
  public String toString() {
    return "%s, %s"
        .formatted(
            classes.isEmpty() ? "all classes" : "classes " + new TreeSet<>(classes),
            pipelines.isEmpty() ? "all pipelines" : "pipelines " + new TreeSet<>(pipelines));
  }

  /** Whether any record of {@code retentionClass} is to be sent. */
  public boolean wantsClass(String retentionClass) {
    return classes.isEmpty() || classes.contains(retentionClass);
  }
}
