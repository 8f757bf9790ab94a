package dev.weft.cluster.fleet;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A rollout that somebody wants to start.
 *
 * @param manifest the text that declares it, at most {@value #MANIFEST_BYTES_MAX} bytes of UTF-8
 */
record FleetDraft(String stage, String variant, String manifest, List<Wave> waves) {

  /** Half of what one text of a request may have, as it is escaped there. */
  static final int MANIFEST_BYTES_MAX = 32 << 10;

  FleetDraft {
    waves = List.copyOf(waves);
    var bytes = manifest.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MANIFEST_BYTES_MAX) {
      throw new IllegalArgumentException(
          "manifest: %d bytes (expected: at most %d)".formatted(bytes, MANIFEST_BYTES_MAX));
    }
  }
}
