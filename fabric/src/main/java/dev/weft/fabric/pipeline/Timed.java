package dev.weft.fabric.pipeline;

import java.time.Duration;
import java.util.Optional;

/** What lets go of something when its time has come, if somebody with a timer calls it then. */
public interface Timed {

  /**
   * Lets go of what has waited for too long.
   *
   * @return time until there is more to do; empty if nothing waits
   */
  Optional<Duration> expire();

  /**
   * Has {@code alarm} run, by any thread, whenever {@link #expire} is to be called sooner than it
   * said last.
   */
  void onDue(Runnable alarm);
}
