package dev.weft.fabric.lane;

import dev.weft.fabric.manifest.Overflow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One lane of a queue: bounded in items and bytes, fair between tenants, earliest deadline first
 * within one.
 *
 * <p>What gives way belongs to the tenant with the most here, in items or bytes, whichever the lane
 * is out of; so a flood displaces only itself.
 *
 * <p>A tenant is remembered when nothing of it waits, or one that always has its next item ready
 * just after it was served would come first for ever.
 */
final class LaneLine<T extends Waiting> {

  /** Most tenants with nothing waiting that are remembered. */
  private static final int IDLE_TENANTS_MAX = 32;

  private final int sizeMax;
  private final long bytesMax;
  private final Overflow overflow;
  private final Map<String, TenantLine<T>> byTenant = new HashMap<>();
  private final List<TenantLine<T>> lines = new ArrayList<>();
  private @Nullable Place<T> free;
  private long arrivals;
  private long virtualNow;
  private long lastDue;
  private int size;
  private long bytes;

  LaneLine(int sizeMax, long bytesMax, Overflow overflow) {
    this.sizeMax = sizeMax;
    this.bytesMax = bytesMax;
    this.overflow = overflow;
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytes;
  }

  /** How full this lane is, by items or bytes, 0 to 1. */
  double fill() {
    return Math.max((double) size / sizeMax, (double) bytes / bytesMax);
  }

  /** Takes {@code item} in, unless it gives way itself; what gives way goes to {@code gone}. */
  void offer(T item, BiConsumer<? super T, Displacement> gone) {
    if (item.bytes() > bytesMax) {
      gone.accept(item, Displacement.REFUSED);
      return;
    }
    if (overflow == Overflow.LATEST_WINS) {
      var own = byTenant.get(item.tenant());
      var waiting = own == null ? null : own.bySource.get(item.source());
      if (waiting != null) {
        gone.accept(take(waiting), Displacement.SUPERSEDED);
      }
    }
    while (size >= sizeMax || bytes > bytesMax - item.bytes()) {
      if (!makeRoom(item, gone)) {
        return;
      }
    }
    add(item);
  }

  /** Takes in again what was handed out and not served, unless a newer one has superseded it. */
  void takeBack(T item, BiConsumer<? super T, Displacement> gone) {
    var own = byTenant.get(item.tenant());
    if (overflow == Overflow.LATEST_WINS
        && own != null
        && own.bySource.containsKey(item.source())) {
      gone.accept(item, Displacement.SUPERSEDED);
    } else {
      add(item);
    }
  }

  /** Displaces one item for {@code item}; false if {@code item} itself gave way. */
  private boolean makeRoom(T item, BiConsumer<? super T, Displacement> gone) {
    if (overflow == Overflow.REJECT) {
      gone.accept(item, Displacement.REFUSED);
      return false;
    }
    var inItems = size >= sizeMax;
    var largest = largest(inItems);
    var own = byTenant.get(item.tenant());
    var held = own == null ? 0 : own.held(inItems);
    // Among equals the tenant that wants more has the most.
    var isOwn = own == largest || held + (inItems ? 0 : item.bytes()) >= largest.held(inItems);
    if (isOwn && (overflow == Overflow.DROP_NEWEST || held == 0)) {
      gone.accept(item, Displacement.FULL);
      return false;
    }
    var line = isOwn && own != null ? own : largest;
    var victim = overflow == Overflow.DROP_NEWEST ? line.newest() : line.oldest();
    gone.accept(take(victim), Displacement.FULL);
    return true;
  }

  /** The item that is next; null if there is none. */
  @Nullable Place<T> first() {
    var next = next();
    return next == null ? null : next.first();
  }

  /** Takes out the item that is next. */
  T poll() {
    var next = next();
    if (next == null) {
      throw new IllegalStateException("an empty lane was served");
    }
    virtualNow = next.due;
    return serve(next);
  }

  /**
   * Takes out the item that would be next among those of {@code tenant}, or among all if null, if
   * {@code fits} says so.
   */
  @Nullable T pollIf(@Nullable String tenant, Predicate<? super T> fits) {
    var line = tenant == null ? next() : byTenant.get(tenant);
    // Company is charged to its tenant, but moves the clock for nobody: it may be out of turn.
    return line != null && line.size() > 0 && fits.test(line.first().item()) ? serve(line) : null;
  }

  /** Takes out what has a deadline at or before {@code nanos}. */
  void expire(long nanos, BiConsumer<? super T, Displacement> gone) {
    for (var i = lines.size() - 1; i >= 0; i--) {
      var line = lines.get(i);
      while (line.size() > 0 && line.first().heapDeadline() - nanos <= 0) {
        gone.accept(take(line.first()), Displacement.EXPIRED);
      }
    }
  }

  /** Takes out what nobody waits for any more. */
  void removeUnwanted(BiConsumer<? super T, Displacement> gone) {
    for (var i = lines.size() - 1; i >= 0; i--) {
      lines
          .get(i)
          .forEach(
              place -> {
                if (place.item().isUnwanted()) {
                  gone.accept(take(place), Displacement.UNWANTED);
                }
              });
    }
  }

  private T serve(TenantLine<T> line) {
    line.due++;
    lastDue = Math.max(lastDue, line.due);
    return take(line.first());
  }

  /** The tenant that is due; of equals the one with the earliest deadline. */
  private @Nullable TenantLine<T> next() {
    if (lines.size() == 1) {
      return lines.getFirst();
    }
    TenantLine<T> next = null;
    for (var i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (next == null
          || line.due < next.due
          || line.due == next.due && line.first().isBefore(next.first())) {
        next = line;
      }
    }
    return next;
  }

  private TenantLine<T> largest(boolean inItems) {
    var largest = lines.getFirst();
    for (var line : lines) {
      if (line.held(inItems) > largest.held(inItems)) {
        largest = line;
      }
    }
    return largest;
  }

  private void add(T item) {
    var line = byTenant.get(item.tenant());
    if (line == null) {
      line = new TenantLine<>();
      byTenant.put(item.tenant(), line);
    }
    if (line.size() == 0) {
      line.due = Math.max(line.due, virtualNow);
      lines.add(line);
    }
    var place = free;
    if (place == null) {
      place = new Place<>();
    } else {
      free = place.later;
      place.later = null;
    }
    place.take(item, line);
    line.add(place, arrivals++);
    if (overflow == Overflow.LATEST_WINS) {
      line.bySource.put(item.source(), place);
    }
    size++;
    bytes += place.bytes;
  }

  private T take(Place<T> place) {
    var line = place.line;
    var item = place.item();
    if (line == null) {
      throw new IllegalStateException("a place without a line");
    }
    line.remove(place);
    if (overflow == Overflow.LATEST_WINS) {
      line.bySource.remove(item.source());
    }
    size--;
    bytes -= place.bytes;
    if (line.size() == 0) {
      lines.remove(line);
      forgetIdle();
    }
    place.clear();
    place.later = free;
    free = place;
    return item;
  }

  /** Forgets tenants with nothing waiting if there are many; those first that owe no turn. */
  private void forgetIdle() {
    if (size == 0) {
      // Nobody waited for what others had too much of.
      virtualNow = lastDue;
    }
    if (byTenant.size() - lines.size() > IDLE_TENANTS_MAX) {
      byTenant.values().removeIf(line -> line.size() == 0 && line.due <= virtualNow);
    }
    if (byTenant.size() - lines.size() > IDLE_TENANTS_MAX) {
      byTenant.values().removeIf(line -> line.size() == 0);
    }
  }
}
