package dev.weft.cluster.route;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.weft.link.identity.Address;
import java.time.Duration;

/**
 * Which tensors of frames go packed over which data link: {@code weft.cluster.route.compression}.
 * Packing pays where the link takes longer for what is saved than packing and unpacking do.
 *
 * @param isOn whether at all
 */
public record PackRule(boolean isOn) {

  private static final String KEY = "weft.cluster.route.compression";

  /** Round trips below it are those of a wired network within a building. */
  private static final Duration FAST = Duration.ofMillis(1);

  /** Bytes per second of links over which either kind pays; link/RATIONALE.md has the figures. */
  private static final long QUICK_MAX = 50_000_000;

  private static final long EVERYTHING_MAX = 5_000_000;

  /**
   * Reads {@code weft.cluster.route.compression}.
   *
   * @throws ConfigException naming the key, its value and what was expected
   */
  public static PackRule from(Config config) {
    var said = config.getString(KEY);
    return switch (said) {
      case "auto" -> new PackRule(true);
      case "off" -> new PackRule(false);
      default ->
          throw new ConfigException.BadValue(KEY, "'%s' (expected: auto or off)".formatted(said));
    };
  }

  /**
   * @param host where the other end of the link is
   * @param link how it is, as far as it was measured
   */
  public Packing of(String host, LinkState link) {
    var isFast =
        Address.isLoopback(host)
            || link.roundTrip().compareTo(FAST) < 0
            || link.bytesPerSecond() > QUICK_MAX;
    if (!isOn || isFast) {
      return Packing.NOTHING;
    }
    return link.bytesPerSecond() > EVERYTHING_MAX ? Packing.WHAT_IS_QUICK : Packing.EVERYTHING;
  }
}
