package dev.weft.fabric.load;

import java.time.Instant;

/** What happened on the ladder. */
public sealed interface LoadEvent {

  Instant at();

  /**
   * The level changed; the lanes of {@code to} wait from now on.
   *
   * @param why a sentence with numbers and limits
   */
  record LevelChanged(LoadLevel from, LoadLevel to, String why, Instant at) implements LoadEvent {
    @Override
    public String toString() {
      return "load is %s (was %s): %s".formatted(to.word(), from.word(), why);
    }
  }
}
