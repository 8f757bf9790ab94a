package dev.weft.fabric.session;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/**
 * How often sessions are told which of their frames are in the trace, under {@code
 * weft.fabric.session}.
 *
 * @param frames recorded since the last checkpoint that bring the next
 * @param interval after which fewer frames do, too
 * @param sessionsMax most sessions that are followed at once
 */
public record TrailRules(int frames, Duration interval, int sessionsMax) {

  private static final String PATH = "weft.fabric.session";

  public TrailRules {
    if (frames < 1 || sessionsMax < 1) {
      throw new IllegalArgumentException(
          "%s: checkpoint-frames %d, followed-max %d (expected: >= 1 each)"
              .formatted(PATH, frames, sessionsMax));
    }
    if (!interval.isPositive()) {
      throw new IllegalArgumentException(
          "%s.checkpoint-interval: %s (expected: > 0)".formatted(PATH, interval));
    }
  }

  /**
   * @throws ConfigException naming the setting that is missing or wrong
   */
  public static TrailRules from(Config config) {
    var session = config.getConfig(PATH);
    return new TrailRules(
        session.getInt("checkpoint-frames"),
        session.getDuration("checkpoint-interval"),
        session.getInt("followed-max"));
  }
}
