package dev.weft.persistence.trace;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What a record is found by and kept by. Stands in the clear in the store, also where payloads are
 * encrypted: put nothing secret here.
 *
 * @param session whose stream it is; up to 1,024 bytes of UTF-8
 * @param pipeline up to 1,024 bytes
 * @param variant a label of the variants that ran, may be empty; up to 4,096 bytes
 * @param retentionClass what decides how long it is kept: {@code [a-z0-9-]}, up to 32 characters
 * @param time wall time, for people and queries; order comes from numbers
 * @param isDeferred whether it was kept while whoever it is for could not be reached
 */
public record TraceKey(
    String session,
    String pipeline,
    String variant,
    String retentionClass,
    Instant time,
    boolean isDeferred) {

  private static final int NAME_BYTES_MAX = 1_024;
  private static final int VARIANT_BYTES_MAX = 4_096;

  public TraceKey {
    checkSize("session", session, 1, NAME_BYTES_MAX);
    checkSize("pipeline", pipeline, 0, NAME_BYTES_MAX);
    checkSize("variant", variant, 0, VARIANT_BYTES_MAX);
    Retention.checkName(retentionClass);
  }

  /** A key of what is not deferred. */
  public TraceKey(
      String session, String pipeline, String variant, String retentionClass, Instant time) {
    this(session, pipeline, variant, retentionClass, time, false);
  }

  /** The same, deferred or not. */
  public TraceKey deferred(boolean isSo) {
    return new TraceKey(session, pipeline, variant, retentionClass, time, isSo);
  }

  private static void checkSize(String name, String value, int min, int max) {
    var bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < min || bytes > max) {
      throw new IllegalArgumentException(
          "%s: %d bytes (expected: %d to %d bytes of UTF-8)".formatted(name, bytes, min, max));
    }
  }
}
