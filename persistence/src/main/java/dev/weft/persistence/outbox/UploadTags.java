package dev.weft.persistence.outbox;

import dev.weft.persistence.trace.TraceKey;
import java.util.Set;

/**
 * Which records are tagged for upload.
 *
 * @param classes retention classes; at least one
 * @param pipelines of them, only these; empty for all
 */
public record UploadTags(Set<String> classes, Set<String> pipelines) {

  public UploadTags {
    classes = Set.copyOf(classes);
    pipelines = Set.copyOf(pipelines);
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("classes: none (expected: a retention class)");
    }
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

  /** Whether any record of {@code retentionClass} is to be sent. */
  public boolean wantsClass(String retentionClass) {
    return classes.contains(retentionClass);
  }
}
