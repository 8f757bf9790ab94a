package dev.weft.fabric.load;

import com.typesafe.config.Config;
import java.util.Locale;

/**
 * How high a value may get before a level is reached, and how far it must come down before that
 * level is left.
 *
 * @param release a level is held until the value is below this part of the level's limit
 */
public record Rungs(double elevated, double high, double critical, double release) {

  public Rungs {
    if (!(0 < elevated && elevated <= high && high <= critical)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "elevated, high, critical: %s, %s, %s (expected: > 0 and in rising order)",
              elevated,
              high,
              critical));
    }
    if (!(0 < release && release < 1)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "release: %s (expected: > 0 and < 1)", release));
    }
  }

  static Rungs from(Config config) {
    return new Rungs(
        config.getDouble("elevated"),
        config.getDouble("high"),
        config.getDouble("critical"),
        config.getDouble("release"));
  }

  /** The level that {@code value} leads up to. */
  LoadLevel reached(double value) {
    return level(value, 1);
  }

  /** The level that {@code value} keeps, once there. */
  LoadLevel held(double value) {
    return level(value, release);
  }

  /** The value that leads up to {@code level}. */
  double limit(LoadLevel level) {
    return switch (level) {
      case NORMAL -> 0;
      case ELEVATED -> elevated;
      case HIGH -> high;
      case CRITICAL -> critical;
    };
  }

  private LoadLevel level(double value, double part) {
    if (value >= critical * part) {
      return LoadLevel.CRITICAL;
    }
    if (value >= high * part) {
      return LoadLevel.HIGH;
    }
    return value >= elevated * part ? LoadLevel.ELEVATED : LoadLevel.NORMAL;
  }
}
