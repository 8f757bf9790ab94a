package dev.weft.fabric.load;

import dev.weft.fabric.manifest.Lane;
import java.util.List;
import java.util.Set;

/**
 * How the machine is doing, at one moment.
 *
 * @param sample the last look at the machine
 * @param events the last changes, oldest first, at most {@value #EVENTS_MAX}
 */
public record LoadState(LoadLevel level, LoadSample sample, List<LoadEvent> events) {

  public static final int EVENTS_MAX = 64;

  public LoadState {
    events = List.copyOf(events);
  }

  static LoadState unknown() {
    return new LoadState(LoadLevel.NORMAL, LoadSample.unknown(), List.of());
  }

  /** Lanes whose frames wait. */
  public Set<Lane> pausedLanes() {
    return level.pausedLanes();
  }
}
