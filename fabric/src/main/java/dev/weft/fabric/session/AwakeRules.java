package dev.weft.fabric.session;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/**
 * How many sessions of a node are in memory, and for how long; {@code reference.conf} tells more.
 *
 * @param awakeMax sessions awake at once; above it the one asked longest ago goes to sleep
 * @param fallingAsleepMax most that may be about to sleep beside them; more requests are refused
 * @param behindMax most requests that wait for a session that falls asleep
 * @param idleAfter time without requests after which a session goes to sleep
 */
public record AwakeRules(int awakeMax, int fallingAsleepMax, int behindMax, Duration idleAfter) {

  private static final String PATH = "weft.fabric.session";

  public AwakeRules {
    if (awakeMax < 1 || fallingAsleepMax < 1 || behindMax < 1) {
      throw new IllegalArgumentException(
          "%s: awake-max %d, falling asleep %d, waiting-max %d (expected: >= 1 each)"
              .formatted(PATH, awakeMax, fallingAsleepMax, behindMax));
    }
    if (!idleAfter.isPositive()) {
      throw new IllegalArgumentException(
          "%s.idle-after: %s (expected: > 0)".formatted(PATH, idleAfter));
    }
  }

  /**
   * @throws ConfigException naming the setting that is missing or wrong
   */
  public static AwakeRules from(Config config) {
    var session = config.getConfig(PATH);
    var most = session.getInt("awake-max");
    return new AwakeRules(
        most,
        Math.max(1, most / 4),
        session.getInt("waiting-max"),
        session.getDuration("idle-after"));
  }
}
