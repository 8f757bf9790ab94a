package dev.weft.fabric.session;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Bounds of every session on a node, under {@code weft.fabric.session}; {@code reference.conf}
 * tells their meaning and defaults.
 */
public record SessionRules(
    int contextBytesMax,
    int tenantContextBytesMax,
    int openBlocksMax,
    int waitingMax,
    int snapshotEvery,
    int snapshotsKept,
    Duration moveTimeout,
    Duration knownFor) {

  public SessionRules {
    require("context-bytes-max", contextBytesMax);
    require("tenant-context-bytes-max", tenantContextBytesMax);
    require("open-blocks-max", openBlocksMax);
    require("waiting-max", waitingMax);
    require("snapshot-every", snapshotEvery);
    require("snapshots-kept", snapshotsKept);
    if (!moveTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "weft.fabric.session.move-timeout: %s (expected: > 0)".formatted(moveTimeout));
    }
    if (!knownFor.isPositive()) {
      throw new IllegalArgumentException(
          "weft.fabric.session.known-for: %s (expected: > 0)".formatted(knownFor));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   */
  public static SessionRules from(Config config) {
    var session = config.getConfig("weft.fabric.session");
    return new SessionRules(
        Math.toIntExact(session.getBytes("context-bytes-max")),
        Math.toIntExact(session.getBytes("tenant-context-bytes-max")),
        session.getInt("open-blocks-max"),
        session.getInt("waiting-max"),
        session.getInt("snapshot-every"),
        session.getInt("snapshots-kept"),
        session.getDuration("move-timeout"),
        session.getDuration("known-for"));
  }

  /** What to lay over the configuration of an actor system, beside the journal's. */
  public static Config overlay(Config config) {
    return config.getConfig("weft.fabric.session.akka-settings");
  }

  private static void require(String setting, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "weft.fabric.session.%s: %d (expected: >= 1)".formatted(setting, value));
    }
  }
}
