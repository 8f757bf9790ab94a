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
 * <p>What gives way belongs to the tenant with the most items here, so a flood displaces only
 * itself.
 */
final class LaneLine<T extends Waiting> {

  private final int sizeMax;
  private final long bytesMax;
  private final Overflow overflow;
  private final Map<String, TenantLine<T>> byTenant = new HashMap<>();
  private final List<TenantLine<T>> lines = new ArrayList<>();
  private final Map<String, Place<T>> bySource = new HashMap<>();
  private @Nullable Place<T> free;
  private long arrivals;
  private long virtualNow;
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
    if (overflow == Overflow.LATEST_WINS) {
      var waiting = bySource.get(item.source());
      if (waiting != null) {
        gone.accept(take(waiting), Displacement.SUPERSEDED);
      }
    }
    if (item.bytes() > bytesMax) {
      gone.accept(item, Displacement.REFUSED);
      return;
    }
    while (size >= sizeMax || bytes > bytesMax - item.bytes()) {
      if (!makeRoom(item, gone)) {
        return;
      }
    }
    add(item);
  }

  /** Displaces one item for {@code item}; false if {@code item} itself gave way. */
  private boolean makeRoom(T item, BiConsumer<? super T, Displacement> gone) {
    if (overflow == Overflow.REJECT) {
      gone.accept(item, Displacement.REFUSED);
      return false;
    }
    var largest = largest();
    var own = byTenant.get(item.tenant());
    // Among equals the tenant that wants one more has the most.
    var isOwn = own == largest || own != null && own.size() >= largest.size();
    if (overflow == Overflow.DROP_NEWEST && isOwn) {
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
    return serve(next);
  }

  /**
   * Takes out the item that would be next among those of {@code tenant}, or among all if null, if
   * {@code fits} says so.
   */
  @Nullable T pollIf(@Nullable String tenant, Predicate<? super T> fits) {
    var line = tenant == null ? next() : byTenant.get(tenant);
    // The line of a lone tenant stays when it is empty.
    if (line == null || line.size() == 0) {
      return null;
    }
    return fits.test(line.first().item()) ? serve(line) : null;
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

  private T serve(TenantLine<T> line) {
    virtualNow = line.due;
    line.due++;
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

  private TenantLine<T> largest() {
    var largest = lines.getFirst();
    for (var line : lines) {
      if (line.size() > largest.size()) {
        largest = line;
      }
    }
    return largest;
  }

  private void add(T item) {
    var line = byTenant.get(item.tenant());
    if (line == null) {
      line = new TenantLine<>();
      line.due = virtualNow;
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
      bySource.put(item.source(), place);
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
    if (line.size() == 0) {
      lines.remove(line);
      forget(item.tenant());
    }
    if (overflow == Overflow.LATEST_WINS) {
      bySource.remove(item.source());
    }
    size--;
    bytes -= place.bytes;
    place.clear();
    place.later = free;
    free = place;
    return item;
  }

  /** Keeps the line of a lone tenant for its next item; of many, none that is empty. */
  private void forget(String tenant) {
    if (byTenant.size() > 1) {
      byTenant.remove(tenant);
    }
  }
}
