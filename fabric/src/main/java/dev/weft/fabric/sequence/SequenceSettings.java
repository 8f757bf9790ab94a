package dev.weft.fabric.sequence;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings under {@code weft.fabric.sequence}; {@code reference.conf} tells their meaning and
 * defaults.
 */
public record SequenceSettings(
    int countMax, int tenantCountMax, int waitingMax, Duration idleTimeout, long memoryBytes) {

  public SequenceSettings {
    require("count", countMax, 1);
    require("tenant-count", tenantCountMax, 1);
    require("waiting", waitingMax, 0);
    require("memory", memoryBytes, 1);
    if (idleTimeout.isNegative() || idleTimeout.isZero()) {
      throw new IllegalArgumentException(
          "weft.fabric.sequence.idle-timeout: %s (expected: > 0)".formatted(idleTimeout));
    }
  }

  /** Most memory for the state of one tenant's sequences: as much of it as of the places. */
  long tenantMemoryBytes() {
    var share = Math.min(1, (double) tenantCountMax / countMax);
    return (long) (memoryBytes * share);
  }

  /**
   * @param config below {@code weft.fabric.sequence}
   */
  public static SequenceSettings from(Config config) {
    return new SequenceSettings(
        config.getInt("count"),
        config.getInt("tenant-count"),
        config.getInt("waiting"),
        config.getDuration("idle-timeout"),
        config.getBytes("memory"));
  }

  private static void require(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "weft.fabric.sequence.%s: %d (expected: >= %d)".formatted(name, value, least));
    }
  }
}
