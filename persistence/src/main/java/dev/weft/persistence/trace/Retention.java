package dev.weft.persistence.trace;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How long one class is kept: whole segments, the oldest first.
 *
 * @param name the class
 * @param bytesMax of segments and blobs; exceeded by one segment at most
 * @param ageMax a segment goes when its newest record is older
 * @param segmentBytes a segment is full at this size
 * @param whenHeld what gives way when all there is to delete is held
 */
public record Retention(
    String name, long bytesMax, Duration ageMax, long segmentBytes, WhenHeld whenHeld) {

  /** What gives way when a class is full of records that are held. */
  public enum WhenHeld {
    /** New records are dropped, as {@code CLASS_FULL}. */
    DROP_NEW,
    /** The oldest are deleted though they are held. */
    DELETE_OLDEST
  }

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");
  private static final long SEGMENT_BYTES_MIN = 512;
  private static final long SEGMENT_BYTES_MAX = 1L << 30;

  public Retention {
    checkName(name);
    if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes > SEGMENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "segmentBytes: %d (expected: %d to %d)"
              .formatted(segmentBytes, SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX));
    }
    if (bytesMax < segmentBytes) {
      throw new IllegalArgumentException(
          "bytesMax: %d (expected: >= segmentBytes, %d)".formatted(bytesMax, segmentBytes));
    }
    if (ageMax.isNegative() || ageMax.isZero()) {
      throw new IllegalArgumentException("ageMax: %s (expected: > 0)".formatted(ageMax));
    }
  }

  /** A class that keeps {@code bytesMax} bytes for {@code ageMax}, in 32 parts at least. */
  public static Retention of(String name, long bytesMax, Duration ageMax) {
    var segment = Math.clamp(bytesMax / 32, SEGMENT_BYTES_MIN, 64L << 20);
    return new Retention(name, bytesMax, ageMax, segment, WhenHeld.DROP_NEW);
  }

  /** A class as configured: {@code bytes-max}, {@code age-max}, {@code when-held}. */
  static Retention from(String name, Config config) {
    return of(name, config.getBytes("bytes-max"), config.getDuration("age-max"))
        .whenHeld(
            switch (config.getString("when-held")) {
              case "drop-new" -> WhenHeld.DROP_NEW;
              case "delete-oldest" -> WhenHeld.DELETE_OLDEST;
              case String other ->
                  throw new IllegalArgumentException(
                      "retention class '%s': when-held: '%s' (expected: drop-new or delete-oldest)"
                          .formatted(name, other));
            });
  }

  /** The same with {@code policy} for what is held. */
  public Retention whenHeld(WhenHeld policy) {
    return new Retention(name, bytesMax, ageMax, segmentBytes, policy);
  }

  static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "retention class: '%s' (expected: 1 to 32 of a-z, 0-9, -)".formatted(name));
    }
  }
}
