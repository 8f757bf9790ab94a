package dev.weft.link.exchange;

import java.time.Duration;

/**
 * How long a receiver remembers answers that their sender has not confirmed.
 *
 * @param answers of one sender's life
 * @param bytes of payloads, of all senders together
 * @param age of an answer, and of a sender that went
 * @param sources senders' lives at once
 */
public record MemoryRule(int answers, long bytes, Duration age, int sources) {

  public MemoryRule {
    if (answers < 1 || bytes < 0 || !age.isPositive() || sources < 1) {
      throw new IllegalArgumentException(
          "remembered: %d answers, %d bytes, %s, %d sources (expected: 1, 0, 0 s, 1 or more)"
              .formatted(answers, bytes, age, sources));
    }
  }
}
