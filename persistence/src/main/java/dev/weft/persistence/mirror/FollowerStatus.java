package dev.weft.persistence.mirror;

import java.time.Instant;
import java.util.Optional;

/**
 * How a standby is with one owner's buffer.
 *
 * @param isLost whether the owner does not answer
 * @param through every record of the owner's with a number up to this one is here; 0 if none is
 * @param bytes of segments here
 * @param trouble why it cannot mirror now
 * @param sending what it sends in the owner's place, if it does
 */
public record FollowerStatus(
    boolean isLost, long through, long bytes, Optional<String> trouble, Optional<Sending> sending) {

  /**
   * Records sent in an owner's place.
   *
   * @param begun when the owner was found to be lost
   * @param firstSent when the first batch of these was acknowledged
   * @param acknowledged the destination has everything through this number
   * @param trouble why it goes no further now
   */
  public record Sending(
      Instant begun, Optional<Instant> firstSent, long acknowledged, Optional<String> trouble) {}
}
