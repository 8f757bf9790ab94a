package dev.weft.cluster.standby;

import com.typesafe.config.Config;
import dev.weft.persistence.mirror.MirrorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How edge buffers have standbys, under {@code weft.cluster.standby}; {@code reference.conf} tells
 * the meaning and defaults.
 *
 * @param folder where other nodes' buffers are mirrored to; empty if none are
 * @param startGrace time after the start of the process within which no owner counts as lost
 * @param isToFolders whether records of a lost owner that sends to a folder go there from here
 */
public record StandbySettings(
    boolean isEnabled,
    Optional<Path> folder,
    Duration startGrace,
    boolean isToFolders,
    MirrorSettings mirror) {

  private static final String PATH = "weft.cluster.standby";
  private static final String FOLDER = "standby";

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException naming the value that is out of its bounds
   */
  public static StandbySettings from(Config config) {
    var standby = config.getConfig(PATH);
    return new StandbySettings(
        standby.getBoolean("enabled"),
        folder(standby.getString("folder"), config.getString("weft.fabric.trace.folder")),
        standby.getDuration("start-grace"),
        standby.getBoolean("to-folders"),
        new MirrorSettings(
            standby.getBoolean("wait"),
            standby.getDuration("slow-after"),
            standby.getDuration("alone-after"),
            standby.getInt("waiting-max"),
            standby.getDuration("hold-for"),
            Math.toIntExact(standby.getBytes("group-bytes-max")),
            standby.getDuration("broken-after"),
            standby.getDuration("lost-after"),
            standby.getDuration("retry-after"),
            standby.getDuration("forget-after")));
  }

  /** Beside the node's own buffer, if nothing else is said. */
  private static Optional<Path> folder(String said, String buffer) {
    if (!said.isEmpty()) {
      return Optional.of(Path.of(said));
    }
    return buffer.isEmpty() ? Optional.empty() : Optional.of(Path.of(buffer).resolve(FOLDER));
  }
}
