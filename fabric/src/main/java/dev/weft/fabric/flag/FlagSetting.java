package dev.weft.fabric.flag;

import dev.weft.fabric.routing.FlagRule;
import java.time.Instant;

/**
 * The last word of an operator on one flag.
 *
 * @param by who said it
 * @param reason why; empty if he did not say
 */
public record FlagSetting(FlagRule rule, String by, String reason, Instant at) {

  /** Most characters of who it was, and of why. */
  public static final int WORDS_LENGTH_MAX = 300;

  public FlagSetting {
    requireBrief("by", by);
    requireBrief("reason", reason);
    if (by.isBlank()) {
      throw new IllegalArgumentException("by: blank (expected: who sets it)");
    }
  }

  static void requireBrief(String name, String words) {
    if (words.length() > WORDS_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "%s: %d characters (expected: <= %d)".formatted(name, words.length(), WORDS_LENGTH_MAX));
    }
  }
}
