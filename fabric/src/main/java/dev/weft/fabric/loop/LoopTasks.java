package dev.weft.fabric.loop;

import dev.weft.fabric.lane.LaneTurn;
import dev.weft.fabric.manifest.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of a loop's ready tasks runs next, over all stages of the loop: what is urgent,
 * then the lane whose turn it is, and in it the earliest deadline. So a frame that is nearly
 * through goes before one that has just come, and background work in one stage does not hold up
 * perception in another; of equals the first that came. No threads: its loop's thread alone is
 * inside, but what waits in the boxes may change at any time.
 */
final class LoopTasks {

  private final List<Runnable> ready = new ArrayList<>();
  private final LaneTurn turn = new LaneTurn();
  private final Predicate<Lane> allowed;
  private final LaneTurn.Offers offers = this::offers;
  private int lanes;

  /**
   * @param allowed whether a lane may be served now
   */
  LoopTasks(Predicate<Lane> allowed) {
    this.allowed = allowed;
  }

  void add(Runnable task) {
    ready.add(task);
  }

  boolean isEmpty() {
    return ready.isEmpty();
  }

  /**
   * Takes out the task that is next; null if none may run now.
   *
   * @param isHome whether the loop's own thread will run it; if not, all that wait must end soon
   */
  @Nullable Runnable next(boolean isHome) {
    if (ready.isEmpty()) {
      return null;
    }
    lanes = 0;
    for (var i = 0; i < ready.size(); i++) {
      if (!(ready.get(i) instanceof LanedTask task) || task.isUrgent()) {
        return ready.remove(i);
      }
      var waiting = lanes(task);
      if (!isHome && waiting != 0 && !task.endsSoon()) {
        // Before the turn is taken, which is then the other thread's.
        return null;
      }
      lanes |= waiting;
    }
    var lane = lanes == 0 ? null : turn.next(offers);
    if (lane == null) {
      return null;
    }
    var index = earliest(lane);
    if (index < 0) {
      // What waited has been taken out meanwhile, as by the watch: look again.
      return next(isHome);
    }
    var chosen = (LanedTask) ready.remove(index);
    chosen.serve(lane);
    return chosen;
  }

  private static int lanes(LanedTask task) {
    var box = task.box();
    if (box.isHeld()) {
      return 0;
    }
    return box.lanes();
  }

  private boolean offers(Lane lane) {
    return (lanes & 1 << lane.ordinal()) != 0 && allowed.test(lane);
  }

  /** Index of the task; -1 if none has something in {@code lane} any more. */
  private int earliest(Lane lane) {
    var earliest = -1;
    var deadline = 0L;
    for (var i = 0; i < ready.size(); i++) {
      var box = ((LanedTask) ready.get(i)).box();
      if (box.isHeld() || !box.has(lane)) {
        continue;
      }
      if (ready.size() == 1) {
        return i;
      }
      var candidate = box.firstDeadline(lane);
      if (earliest < 0 || candidate - deadline < 0) {
        earliest = i;
        deadline = candidate;
      }
    }
    return earliest;
  }
}
