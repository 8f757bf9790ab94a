package dev.weft.gateway.round;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Whether files have changed since they were taken, and stayed the same since: several are seldom
 * written at one instant, and one that is being written is not whole. For one thread.
 */
public final class SettledFiles {

  private Map<Path, String> taken;
  private Optional<Map<Path, String>> changing = Optional.empty();

  /**
   * @param taken stamps of the files as they were before they were read
   */
  public SettledFiles(Map<Path, String> taken) {
    this.taken = Map.copyOf(taken);
  }

  /** Whether they are as they were when they were taken. */
  public boolean areAsTaken(Map<Path, String> now) {
    return now.equals(taken);
  }

  /** Whether they are to be taken: they changed, and were the same at the last two looks. */
  public boolean isDue(Map<Path, String> now) {
    if (now.equals(taken)) {
      changing = Optional.empty();
      return false;
    }
    if (!changing.equals(Optional.of(now))) {
      changing = Optional.of(Map.copyOf(now));
      return false;
    }
    changing = Optional.empty();
    return true;
  }

  /** Takes note that they were taken, whether there was something wrong with them or not. */
  public void take(Map<Path, String> now) {
    taken = Map.copyOf(now);
    changing = Optional.empty();
  }
}
