package dev.weft.cluster.moving;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/**
 * When sessions go to other sites, under {@code weft.cluster.moving}; {@code reference.conf} tells
 * the meaning and defaults.
 *
 * @param isResidencyKept whether sessions leave sites where their tenants' frames may not be
 * @param dwell time for which heat or price must have been so before it counts
 * @param stayMin shortest time at a site before heat or cost move a session
 * @param quietAfter time without frames after which they leave it alone
 * @param loadMax load of a node above which no session is sent to it
 * @param movesMax most moves that one node begins in one round
 * @param underWayMax most that it has under way
 * @param awayMax most sessions of which it is known that they are to come home
 */
public record MoveSettings(
    Heat heat,
    Cost cost,
    boolean isResidencyKept,
    Duration interval,
    Duration dwell,
    Duration stayMin,
    Duration quietAfter,
    Duration retryAfter,
    double loadMax,
    int movesMax,
    int underWayMax,
    int awayMax,
    Duration answerTimeout,
    Drain drain) {

  /**
   * @param above degrees Celsius at which a node is hot
   * @param below degrees below which it is cool again; at most {@code above}
   */
  public record Heat(boolean isOn, double above, double below) {}

  /**
   * @param margin share of the price there by which the price here must be higher
   * @param backMargin the same for a session that is there to stay; at most {@code margin}
   */
  public record Cost(boolean isOn, double margin, double backMargin) {}

  /**
   * How a site is drained.
   *
   * @param interval time between two looks at what is to be done
   * @param pageMax most sessions looked up at once
   * @param underWayMax most moves at once
   * @param lookAgainAfter time from the end of one look through all sessions to the next
   */
  public record Drain(Duration interval, int pageMax, int underWayMax, Duration lookAgainAfter) {}

  private static final String PATH = "weft.cluster.moving";

  public MoveSettings {
    if (!(heat.below() <= heat.above())) {
      throw wrong("heat.above %s, heat.below %s", "below <= above", heat.above(), heat.below());
    }
    if (!(cost.backMargin() >= 0 && cost.backMargin() <= cost.margin())) {
      throw wrong(
          "cost.margin %s, cost.back-margin %s",
          "0 <= back-margin <= margin", cost.margin(), cost.backMargin());
    }
    if (!(loadMax > 0)) {
      throw wrong("load-max %s", "> 0", loadMax);
    }
    if (movesMax < 1 || underWayMax < 1 || awayMax < 1) {
      throw wrong(
          "moves-max %s, under-way-max %s, away-max %s",
          ">= 1 each", movesMax, underWayMax, awayMax);
    }
    if (drain.pageMax() < 1 || drain.underWayMax() < 1) {
      throw wrong(
          "drain.page-max %s, drain.under-way-max %s",
          ">= 1 each", drain.pageMax(), drain.underWayMax());
    }
    if (!interval.isPositive() || !answerTimeout.isPositive() || !drain.interval().isPositive()) {
      throw wrong(
          "interval %s, answer-timeout %s, drain.interval %s",
          "> 0 each", interval, answerTimeout, drain.interval());
    }
    if (dwell.isNegative() || stayMin.isNegative() || retryAfter.isNegative()) {
      throw wrong("dwell %s, stay-min %s, retry-after %s", ">= 0 each", dwell, stayMin, retryAfter);
    }
  }

  private static IllegalArgumentException wrong(String what, String expected, Object... values) {
    return new IllegalArgumentException(
        "%s: %s (expected: %s)".formatted(PATH, what.formatted(values), expected));
  }

  /**
   * @throws ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException naming the value that is out of its bounds
   */
  public static MoveSettings from(Config config) {
    var own = config.getConfig(PATH);
    return new MoveSettings(
        new Heat(
            own.getBoolean("heat.enabled"),
            own.getDouble("heat.above"),
            own.getDouble("heat.below")),
        new Cost(
            own.getBoolean("cost.enabled"),
            own.getDouble("cost.margin"),
            own.getDouble("cost.back-margin")),
        own.getBoolean("residency.enabled"),
        own.getDuration("interval"),
        own.getDuration("dwell"),
        own.getDuration("stay-min"),
        own.getDuration("quiet-after"),
        own.getDuration("retry-after"),
        own.getDouble("load-max"),
        own.getInt("moves-max"),
        own.getInt("under-way-max"),
        own.getInt("away-max"),
        own.getDuration("answer-timeout"),
        new Drain(
            own.getDuration("drain.interval"),
            own.getInt("drain.page-max"),
            own.getInt("drain.under-way-max"),
            own.getDuration("drain.look-again-after")));
  }

  /** Whether sessions move without anybody saying so. */
  public boolean isAnyOn() {
    return heat.isOn() || cost.isOn() || isResidencyKept;
  }
}
