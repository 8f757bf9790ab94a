package dev.weft.cluster.artifact;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How files of variants go from node to node, under {@code weft.cluster.artifact}; {@code
 * reference.conf} tells the meaning and defaults.
 *
 * @param pieceTimeout most time that one piece of a file may take
 * @param patience time without a piece after which the next node is asked
 * @param bringsMax most files that a node brings at once
 * @param piecesMax most pieces that a node reads for others at once
 */
public record ArtifactSettings(
    Duration pieceTimeout, Duration patience, int bringsMax, int piecesMax) {

  private static final String PATH = "weft.cluster.artifact";

  public ArtifactSettings {
    if (!pieceTimeout.isPositive()
        || patience.compareTo(pieceTimeout) < 0
        || bringsMax < 1
        || piecesMax < 1) {
      throw new IllegalArgumentException(
          ("%s: piece-timeout %s, patience %s, brings-max %d, pieces-max %d (expected: > 0, at"
                  + " least piece-timeout, >= 1, >= 1)")
              .formatted(PATH, pieceTimeout, patience, bringsMax, piecesMax));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException naming the value that is out of its bounds
   */
  public static ArtifactSettings from(Config config) {
    var artifact = config.getConfig(PATH);
    return new ArtifactSettings(
        artifact.getDuration("piece-timeout"),
        artifact.getDuration("patience"),
        artifact.getInt("brings-max"),
        artifact.getInt("pieces-max"));
  }
}
