package dev.weft.link.exchange;

import java.time.Duration;

/**
 * What is asked of another node.
 *
 * @param kind by which the receiver finds who answers, such as {@code frame}; 1 to {@value
 *     #KIND_CHARACTERS_MAX} characters
 * @param lane 0 is the most urgent, {@value #LANES} less one the least
 * @param payload must not be written before the answer
 * @param timeLeft to the deadline; more than 0
 */
public record Request(String kind, int lane, byte[] payload, Duration timeLeft) {

  /** How many lanes there are. */
  public static final int LANES = 4;

  static final int KIND_CHARACTERS_MAX = 64;

  public Request {
    if (kind.isEmpty() || kind.length() > KIND_CHARACTERS_MAX) {
      throw new IllegalArgumentException(
          "kind: '%s' (expected: 1 to %d characters)".formatted(kind, KIND_CHARACTERS_MAX));
    }
    if (lane < 0 || lane >= LANES) {
      throw new IllegalArgumentException("lane: %d (expected: 0 to %d)".formatted(lane, LANES - 1));
    }
  }
}
