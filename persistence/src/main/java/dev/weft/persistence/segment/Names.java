package dev.weft.persistence.segment;

import dev.weft.persistence.trace.BlobId;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the files of a store are called. */
final class Names {

  static final String LOCK = "lock";
  static final String CLEAN = "clean";
  static final String RESERVE = "reserve";

  private static final Pattern SEGMENT =
      Pattern.compile("([a-z0-9-]{1,32})-(\\d{10,18})\\.segment");
  private static final Pattern BLOB = Pattern.compile("([a-z0-9-]{1,32})-([0-9a-f]{64})\\.blob");

  private Names() {}

  /** The name of a segment or blob, taken apart. */
  record Part(String retentionClass, String id) {}

  static String segment(String retentionClass, long id) {
    return "%s-%010d.segment".formatted(retentionClass, id);
  }

  static String blob(String retentionClass, BlobId id) {
    return "%s-%s.blob".formatted(retentionClass, id.hex());
  }

  static Optional<Part> segment(String name) {
    return part(SEGMENT, name);
  }

  static Optional<Part> blob(String name) {
    return part(BLOB, name);
  }

  private static Optional<Part> part(Pattern pattern, String name) {
    var matcher = pattern.matcher(name);
    return matcher.matches()
        ? Optional.of(new Part(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }
}
