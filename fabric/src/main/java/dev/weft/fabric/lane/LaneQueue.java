package dev.weft.fabric.lane;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what waits before one replica of a stage, what comes next and what gives way.
 *
 * <p>Lanes are served by {@link LaneTurn}: strict priority with a guard against starvation. Within
 * a lane tenants have equal shares, and of one tenant the earliest deadline comes first. Each lane
 * has bounds of its own in items and bytes, so a flood in one displaces nothing in another. No
 * clock, no threads: the caller sees to it that one thread at a time is inside.
 *
 * <p>Taking in and handing out costs O(log n) and allocates nothing once the queue has been as full
 * as it gets; with many tenants waiting, their number is added.
 *
 * @param <T> what waits
 */
public final class LaneQueue<T extends Waiting> {

  private static final Lane[] LANES = Lane.values();

  private final LaneLine<T>[] lines;
  private final LaneTurn turn = new LaneTurn();
  private final LaneTurn.Offers offers;
  private int size;

  @SuppressWarnings({"unchecked", "rawtypes"}) // no arrays of a generic class
  public LaneQueue(QueueLimits limits) {
    this.lines = new LaneLine[LANES.length];
    for (var lane : LANES) {
      lines[lane.ordinal()] =
          new LaneLine<>(limits.capacity(lane), limits.laneBytes(), limits.overflow());
    }
    this.offers = lane -> line(lane).size() > 0;
  }

  /**
   * Takes {@code item} in, unless it gives way itself.
   *
   * @param gone is told what gave way, possibly {@code item} itself
   */
  public void offer(T item, BiConsumer<? super T, Displacement> gone) {
    var line = line(item.lane());
    var before = line.size();
    line.offer(item, gone);
    size += line.size() - before;
  }

  /**
   * Takes {@code item} in again, which was handed out before and not served. The bounds do not
   * count, as its place was given away only for as long as it was out.
   *
   * @param gone is told {@code item}, if a newer one of its source has come meanwhile and the
   *     latest wins
   */
  public void takeBack(T item, BiConsumer<? super T, Displacement> gone) {
    var line = line(item.lane());
    var before = line.size();
    line.takeBack(item, gone);
    size += line.size() - before;
  }

  /** Hands out what is next over all lanes; null if nothing waits. */
  public @Nullable T poll() {
    if (size == 0) {
      return null;
    }
    var lane = turn.next(offers);
    return lane == null ? null : poll(lane);
  }

  /** Hands out what is next in {@code lane}; null if nothing waits there. */
  public @Nullable T poll(Lane lane) {
    if (line(lane).size() == 0) {
      return null;
    }
    size--;
    return line(lane).poll();
  }

  /**
   * Hands out what is next in {@code lane} if {@code fits} says so, as company for an item that was
   * handed out before.
   *
   * @param tenant whose items alone are looked at; null for all tenants
   */
  public @Nullable T pollIf(Lane lane, @Nullable String tenant, Predicate<? super T> fits) {
    var item = line(lane).pollIf(tenant, fits);
    if (item != null) {
      size--;
    }
    return item;
  }

  /**
   * Takes out everything with a deadline at or before {@code nanos}.
   *
   * @param gone is told what was taken out
   */
  public void expire(long nanos, BiConsumer<? super T, Displacement> gone) {
    for (var line : lines) {
      var before = line.size();
      line.expire(nanos, gone);
      size += line.size() - before;
    }
  }

  /**
   * Takes out what nobody waits for any more; looks at everything that waits.
   *
   * @param gone is told what was taken out
   */
  public void removeUnwanted(BiConsumer<? super T, Displacement> gone) {
    for (var line : lines) {
      var before = line.size();
      line.removeUnwanted(gone);
      size += line.size() - before;
    }
  }

  public int size() {
    return size;
  }

  public int size(Lane lane) {
    return line(lane).size();
  }

  public long bytes(Lane lane) {
    return line(lane).bytes();
  }

  /** How full {@code lane} is, by items or bytes, 0 to 1. */
  public double fill(Lane lane) {
    return line(lane).fill();
  }

  /** Deadline of what is next in {@code lane}; {@link Long#MAX_VALUE} if nothing waits there. */
  public long firstDeadline(Lane lane) {
    var first = line(lane).first();
    return first == null ? Long.MAX_VALUE : first.heapDeadline();
  }

  private LaneLine<T> line(Lane lane) {
    return lines[lane.ordinal()];
  }
}
