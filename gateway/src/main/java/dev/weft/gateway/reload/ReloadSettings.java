package dev.weft.gateway.reload;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings of reloading under {@code weft.gateway}, read once.
 *
 * @param isOn whether files are looked at
 * @param every time from one look to the next
 * @param patience most time for requests that were inside when models changed to be submitted to
 *     those they found
 */
public record ReloadSettings(boolean isOn, Duration every, Duration patience) {

  private static final Duration EVERY_MIN = Duration.ofMillis(10);

  public ReloadSettings {
    if (every.compareTo(EVERY_MIN) < 0) {
      throw new IllegalArgumentException(
          "weft.gateway.reload-every: %s (expected: >= %s)".formatted(every, EVERY_MIN));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException if one is out of its range
   */
  public static ReloadSettings from(Config config) {
    var gateway = config.getConfig("weft.gateway");
    return new ReloadSettings(
        gateway.getBoolean("reload"),
        gateway.getDuration("reload-every"),
        gateway.getDuration("body-timeout"));
  }

  /** The same, but off. */
  public ReloadSettings off() {
    return new ReloadSettings(false, every, patience);
  }
}
