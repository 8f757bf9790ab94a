package dev.weft.fabric.load;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings under {@code weft.fabric.load}, read once; {@code reference.conf} tells their
 * meaning and defaults.
 *
 * @param runnablePerCoreLimit from which on this program's own other threads are found to hurt
 */
public record LoadSettings(
    boolean enabled,
    Duration sampleInterval,
    Duration window,
    Duration dwell,
    Duration dwellMax,
    Duration relapseWithin,
    boolean countsOwnProgram,
    double runnablePerCoreLimit,
    Rungs cpuDemand,
    Rungs timerLagMillis,
    Rungs memoryTaken,
    Rungs memoryStall) {

  /**
   * Weft's own background work can at most double what the others seem to want, so only with half
   * the limit or less does pausing it never look like calm.
   */
  static final double CPU_RELEASE_MAX = 0.5;

  public LoadSettings {
    require("sample-interval", sampleInterval, Duration.ofMillis(1));
    require("window", window, sampleInterval);
    require("dwell", dwell, sampleInterval);
    require("dwell-max", dwellMax, dwell);
    require("relapse-within", relapseWithin, Duration.ZERO);
    if (cpuDemand.release() > CPU_RELEASE_MAX) {
      throw new IllegalArgumentException(
          "weft.fabric.load.cpu-demand.release: %s (expected: <= %s)"
              .formatted(cpuDemand.release(), CPU_RELEASE_MAX));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   */
  public static LoadSettings from(Config config) {
    var load = config.getConfig("weft.fabric.load");
    return new LoadSettings(
        load.getBoolean("enabled"),
        load.getDuration("sample-interval"),
        load.getDuration("window"),
        load.getDuration("dwell"),
        load.getDuration("dwell-max"),
        load.getDuration("relapse-within"),
        load.getBoolean("count-own-program"),
        load.getDouble("runnable-per-core"),
        rungs(load, "cpu-demand"),
        rungs(load, "timer-lag-millis"),
        rungs(load, "memory-taken"),
        rungs(load, "memory-stall"));
  }

  private static Rungs rungs(Config load, String key) {
    try {
      return Rungs.from(load.getConfig(key));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "weft.fabric.load.%s: %s".formatted(key, e.getMessage()), e);
    }
  }

  private static void require(String key, Duration value, Duration min) {
    if (value.compareTo(min) < 0) {
      throw new IllegalArgumentException(
          "weft.fabric.load.%s: %s (expected: >= %s)".formatted(key, value, min));
    }
  }
}
