package dev.weft.persistence.mirror;

import java.time.Duration;
import java.util.Optional;

/**
 * How a buffer's owner stands to its standby.
 *
 * @param standby who that is; empty if there is none
 * @param isHeard whether it was heard of late; if not, the owner is alone
 * @param isInStep whether records count as kept only when they are there, too
 * @param lagNumbers the standby lacks: what was never recorded counts, too, after a hard stop
 * @param lagBytes the standby lacks
 * @param lag age of the oldest record that it lacks; empty if that is older than is remembered
 * @param waiting records whose answers wait for it
 * @param trouble what it says, or what keeps it from being asked
 */
public record OwnerStatus(
    Optional<String> standby,
    boolean isHeard,
    boolean isInStep,
    long lagNumbers,
    long lagBytes,
    Optional<Duration> lag,
    int waiting,
    Optional<String> trouble) {

  /** Of a buffer that nobody mirrors. */
  public static OwnerStatus alone() {
    return new OwnerStatus(
        Optional.empty(), false, false, 0, 0, Optional.of(Duration.ZERO), 0, Optional.empty());
  }
}
