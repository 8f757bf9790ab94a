package dev.weft.fabric.lane;

import dev.weft.fabric.manifest.Lane;
import org.jspecify.annotations.Nullable;

/**
 * Decides which lane is served next: the most urgent that has something, but a lane passed over
 * {@link #PATIENCE} times in a row while it waited gets one turn. The shadow lane has no patience:
 * it lives on what others leave.
 */
public final class LaneTurn {

  /** Turns others may have before a waiting lane gets one: it is left 1 in 65, some 1.5 %. */
  public static final int PATIENCE = 64;

  private static final Lane[] LANES = Lane.values();

  private final int[] passedOver = new int[LANES.length];

  /** Tells of a lane whether it has something that may be served now. */
  @FunctionalInterface
  public interface Offers {
    boolean has(Lane lane);
  }

  /** The lane whose turn it is, which is then taken as served; null if none has anything. */
  public @Nullable Lane next(Offers offers) {
    Lane chosen = null;
    for (var lane : LANES) {
      if (!offers.has(lane)) {
        passedOver[lane.ordinal()] = 0;
      } else if (chosen == null) {
        chosen = lane;
      } else if (lane != Lane.SHADOW
          && passedOver[lane.ordinal()] >= PATIENCE
          && passedOver[chosen.ordinal()] < PATIENCE) {
        chosen = lane;
      }
    }
    if (chosen != null) {
      passOver(chosen, offers);
    }
    return chosen;
  }

  private void passOver(Lane chosen, Offers offers) {
    for (var lane : LANES) {
      if (lane == chosen) {
        passedOver[lane.ordinal()] = 0;
      } else if (lane.compareTo(chosen) > 0 && offers.has(lane)) {
        passedOver[lane.ordinal()]++;
      }
    }
  }
}
