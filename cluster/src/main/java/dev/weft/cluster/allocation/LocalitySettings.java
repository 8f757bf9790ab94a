package dev.weft.cluster.allocation;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * When the node that a shard's frames come to counts as the one its device is attached to: {@code
 * weft.cluster.allocation.locality}.
 *
 * @param share of the shard's frames that come to that node, above 0.5 and at most 1
 * @param rateMin fewest of them in a second
 * @param over time over which both are averaged
 * @param attractCpuMax busy share of a node's processors up to which it gets such shards of others
 * @param keepCpuMax the same, up to which they stay while the site is uneven; at least {@code
 *     attractCpuMax}
 */
public record LocalitySettings(
    boolean isOn,
    double share,
    double rateMin,
    Duration over,
    double attractCpuMax,
    double keepCpuMax) {

  public LocalitySettings {
    if (!(share > 0.5 && share <= 1)) {
      throw new IllegalArgumentException(
          "locality.share: %s (expected: > 0.5 and <= 1)".formatted(share));
    }
    if (!(rateMin > 0) || !over.isPositive()) {
      throw new IllegalArgumentException(
          "locality.rate-min: %s, locality.over: %s (expected: > 0 each)".formatted(rateMin, over));
    }
    if (!(attractCpuMax >= 0 && attractCpuMax <= keepCpuMax)) {
      throw new IllegalArgumentException(
          "locality.attract-cpu-max: %s, locality.keep-cpu-max: %s"
                  .formatted(attractCpuMax, keepCpuMax)
              + " (expected: 0 <= attract-cpu-max <= keep-cpu-max)");
    }
  }

  /** Of {@code weft.cluster.allocation.locality}. */
  static LocalitySettings from(Config own) {
    return new LocalitySettings(
        own.getBoolean("enabled"),
        own.getDouble("share"),
        own.getDouble("rate-min"),
        own.getDuration("over"),
        own.getDouble("attract-cpu-max"),
        own.getDouble("keep-cpu-max"));
  }
}
