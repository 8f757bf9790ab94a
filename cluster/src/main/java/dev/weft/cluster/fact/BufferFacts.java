package dev.weft.cluster.fact;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a node tells of its edge buffer and of those that it mirrors.
 *
 * @param isKept whether it records to one that others may mirror
 * @param isMirroring whether it mirrors those of others
 * @param standby who mirrors its own; empty if nobody may
 * @param isHeard whether the standby was heard of late; if not, the node is alone with its records
 * @param isInStep whether records count as kept only when the standby has them, too
 * @param lagNumbers between the last record here and the last there
 * @param lagBytes the standby lacks
 * @param lag age of the oldest record that the standby lacks; empty if that is not known
 * @param trouble why the standby has not all, as far as that is known
 */
public record BufferFacts(
    boolean isKept,
    boolean isMirroring,
    Optional<String> standby,
    boolean isHeard,
    boolean isInStep,
    long lagNumbers,
    long lagBytes,
    Optional<Duration> lag,
    Optional<String> trouble,
    List<Mirrored> mirrored) {

  /** Of a node that has none and mirrors none. */
  public static final BufferFacts NONE =
      new BufferFacts(
          false,
          false,
          Optional.empty(),
          false,
          false,
          0,
          0,
          Optional.empty(),
          Optional.empty(),
          List.of());

  public BufferFacts {
    mirrored = List.copyOf(mirrored);
  }

  /**
   * Another node's buffer as it is mirrored here.
   *
   * @param owner {@code SITE/NAME}
   * @param through every record of it with a number up to this one is here
   * @param begun since when its records are sent from here; empty if they are not
   * @param firstSent when the first of these were acknowledged
   * @param acknowledged of them, through which number
   */
  public record Mirrored(
      String owner,
      long through,
      long bytes,
      Optional<Instant> begun,
      Optional<Instant> firstSent,
      long acknowledged,
      Optional<String> trouble) {}
}
