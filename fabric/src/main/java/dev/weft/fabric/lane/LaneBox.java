package dev.weft.fabric.lane;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LaneQueue} for many threads: whoever offers, the loop that serves, and the watch that
 * takes out what expired. Its lock is held for one step of the queue and never while something that
 * gave way is told so.
 */
public final class LaneBox<T extends Waiting> {

  private static final Lane[] LANES = Lane.values();

  private record Gone<T>(T item, Displacement why) {}

  private final LaneQueue<T> queue;
  private final List<Gone<T>> gone = new ArrayList<>();
  private final BiConsumer<T, Displacement> collect =
      (item, why) -> gone.add(new Gone<>(item, why));
  private volatile int waiting;
  private volatile boolean held;

  public LaneBox(QueueLimits limits) {
    this.queue = new LaneQueue<>(limits);
  }

  /**
   * Takes {@code item} in, unless it gives way itself.
   *
   * @param told what gave way, possibly {@code item} itself; called without the lock
   */
  public void offer(T item, BiConsumer<? super T, Displacement> told) {
    List<Gone<T>> left;
    synchronized (this) {
      queue.offer(item, collect);
      left = left();
    }
    tell(left, told);
  }

  /**
   * Takes {@code item} in again, which was handed out before and not served.
   *
   * @param told {@code item}, if a newer one of its source has come meanwhile and the latest wins
   */
  public void takeBack(T item, BiConsumer<? super T, Displacement> told) {
    List<Gone<T>> left;
    synchronized (this) {
      queue.takeBack(item, collect);
      left = left();
    }
    tell(left, told);
  }

  /** Hands out what is next over all lanes; null if nothing waits. */
  public synchronized @Nullable T poll() {
    var item = queue.poll();
    publish();
    return item;
  }

  /** Hands out what is next in {@code lane}; null if nothing waits there. */
  public synchronized @Nullable T poll(Lane lane) {
    var item = queue.poll(lane);
    publish();
    return item;
  }

  /** As {@link LaneQueue#pollIf}. */
  public synchronized @Nullable T pollIf(
      Lane lane, @Nullable String tenant, Predicate<? super T> fits) {
    var item = queue.pollIf(lane, tenant, fits);
    publish();
    return item;
  }

  /**
   * Takes out everything with a deadline at or before {@code nanos}.
   *
   * @param told what was taken out; called without the lock
   */
  public void expire(long nanos, BiConsumer<? super T, Displacement> told) {
    if (waiting == 0) {
      return;
    }
    List<Gone<T>> left;
    synchronized (this) {
      queue.expire(nanos, collect);
      left = left();
    }
    tell(left, told);
  }

  /**
   * Takes out what nobody waits for any more.
   *
   * @param told what was taken out; called without the lock
   */
  public void removeUnwanted(BiConsumer<? super T, Displacement> told) {
    if (waiting == 0) {
      return;
    }
    List<Gone<T>> left;
    synchronized (this) {
      queue.removeUnwanted(collect);
      left = left();
    }
    tell(left, told);
  }

  public boolean isEmpty() {
    return waiting == 0;
  }

  /** The lanes in which something waits, as bits by {@link Lane#ordinal()}. */
  public int lanes() {
    return waiting;
  }

  /** Whether something waits in {@code lane}. */
  public boolean has(Lane lane) {
    return (waiting & 1 << lane.ordinal()) != 0;
  }

  /** Whether what waits is to be left waiting for now. */
  public boolean isHeld() {
    return held;
  }

  /** Leaves what waits waiting, or ends that. */
  public void hold(boolean hold) {
    held = hold;
  }

  public synchronized int size() {
    return queue.size();
  }

  /** Items that wait in {@code lane}. */
  public synchronized int size(Lane lane) {
    return queue.size(lane);
  }

  /** How full {@code lane} is, by items or bytes, 0 to 1. */
  public synchronized double fill(Lane lane) {
    return queue.fill(lane);
  }

  /** Deadline of what is next in {@code lane}; {@link Long#MAX_VALUE} if nothing waits there. */
  public synchronized long firstDeadline(Lane lane) {
    return queue.firstDeadline(lane);
  }

  private List<Gone<T>> left() {
    publish();
    if (gone.isEmpty()) {
      return List.of();
    }
    var left = List.copyOf(gone);
    gone.clear();
    return left;
  }

  private void publish() {
    var mask = 0;
    for (var lane : LANES) {
      if (queue.size(lane) > 0) {
        mask |= 1 << lane.ordinal();
      }
    }
    if (mask != waiting) {
      waiting = mask;
    }
  }

  private static <T> void tell(List<Gone<T>> left, BiConsumer<? super T, Displacement> told) {
    for (var each : left) {
      told.accept(each.item(), each.why());
    }
  }
}
