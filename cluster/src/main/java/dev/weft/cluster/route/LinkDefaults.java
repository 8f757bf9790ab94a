package dev.weft.cluster.route;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a data link counts as where it was not measured: {@code weft.cluster.route.link}.
 *
 * @param roundTrip of one that was never looked at
 * @param bytesPerSecond of all, as none is measured for that; at least 1
 */
public record LinkDefaults(Duration roundTrip, long bytesPerSecond) {

  private static final String PATH = "weft.cluster.route.link";

  public LinkDefaults {
    new LinkState(roundTrip, bytesPerSecond, true);
  }

  /**
   * Reads {@code weft.cluster.route.link}.
   *
   * @throws ConfigException naming the key, its value and what was expected
   */
  public static LinkDefaults from(Config config) {
    var own = config.getConfig(PATH);
    try {
      return new LinkDefaults(own.getDuration("round-trip"), own.getBytes("bytes-per-second"));
    } catch (IllegalArgumentException e) {
      throw new ConfigException.BadValue(PATH, String.valueOf(e.getMessage()), e);
    }
  }

  /** The state of a link whose round trip took {@code measured}, if that is known. */
  public LinkState state(Optional<Duration> measured, boolean isOpen) {
    return new LinkState(measured.orElse(roundTrip), bytesPerSecond, isOpen);
  }
}
