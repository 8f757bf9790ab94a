package dev.weft.persistence.mirror;

import java.time.Duration;

/**
 * How a buffer and its standby are.
 *
 * @param isWaiting whether a record counts as kept only when the standby has it, too, as long as
 *     that is in step
 * @param slowAfter age of the oldest record that the standby lacks, beyond which it is not in step
 * @param aloneAfter time without a word of the standby, after which the owner is alone
 * @param waitingMax most records that wait for the standby; one more, and it is not in step
 * @param holdFor how long the owner holds a question that it has nothing new for
 * @param groupBytesMax most bytes that go at once; one record alone may be more
 * @param brokenAfter time without a connection to the owner, after which it counts as lost
 * @param lostAfter time without an answer of the owner over a connection, after which it does
 * @param retryAfter pause after a failure
 * @param forgetAfter time without a word of the owner after which what is mirrored of it is
 *     deleted, if all of it was sent
 */
public record MirrorSettings(
    boolean isWaiting,
    Duration slowAfter,
    Duration aloneAfter,
    int waitingMax,
    Duration holdFor,
    int groupBytesMax,
    Duration brokenAfter,
    Duration lostAfter,
    Duration retryAfter,
    Duration forgetAfter) {

  private static final int GROUP_BYTES_MAX = 8 << 20;

  public MirrorSettings {
    require("slow-after", slowAfter, Duration.ofMillis(1));
    require("hold-for", holdFor, Duration.ofMillis(1));
    require("alone-after", aloneAfter, holdFor.multipliedBy(2));
    require("lost-after", lostAfter, holdFor.multipliedBy(2));
    require("broken-after", brokenAfter, Duration.ofMillis(1));
    require("retry-after", retryAfter, Duration.ofMillis(1));
    require("forget-after", forgetAfter, lostAfter);
    if (waitingMax < 1 || groupBytesMax < 1 || groupBytesMax > GROUP_BYTES_MAX) {
      throw new IllegalArgumentException(
          "standby: waiting-max %d, group-bytes-max %d (expected: >= 1, 1 to %d)"
              .formatted(waitingMax, groupBytesMax, GROUP_BYTES_MAX));
    }
  }

  private static void require(String name, Duration value, Duration min) {
    if (value.compareTo(min) < 0) {
      throw new IllegalArgumentException(
          "standby: %s %s (expected: >= %s)".formatted(name, value, min));
    }
  }
}
