package dev.weft.fabric.loop;

import dev.weft.fabric.lane.LaneBox;
import dev.weft.fabric.manifest.Lane;

/** A task of a loop that serves one item of a lane box when it runs. */
public interface LanedTask extends Runnable {

  LaneBox<?> box();

  /** Whether something waits that no lane and no pause may hold up. */
  boolean isUrgent();

  /** Whether a caller's thread may run it, as it ends soon. */
  boolean endsSoon();

  /** Says which lane the next {@link #run} is to serve. */
  void serve(Lane lane);
}
