package dev.weft.fabric.load;

import java.time.Duration;
import java.time.Instant;

/** What happened to the node: a step on the ladder, or a call that took a thread with it. */
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

  /**
   * A run of a stage did not come back; its loop goes on with another thread, and the one inside
   * the call stays there.
   *
   * @param variant what was called, as stage@variant
   * @param after how long it had run
   * @param isSuspended whether the variant is refused for a while because of it
   */
  record CallLost(String variant, int loop, Duration after, boolean isSuspended, Instant at)
      implements LoadEvent {
    @Override
    public String toString() {
      return "a call of %s on inference loop %d is lost after %d ms%s"
          .formatted(
              variant, loop, after.toMillis(), isSuspended ? "; the variant is suspended" : "");
    }
  }
}
