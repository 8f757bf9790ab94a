package dev.weft.fabric.lane;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The items of one tenant in one lane: a heap by deadline, and a list by arrival for what must find
 * the oldest or the newest.
 */
final class TenantLine<T extends Waiting> {

  private final DeadlineHeap<Place<T>> heap = new DeadlineHeap<>();

  /** What waits by its source; used where the latest wins. */
  final Map<String, Place<T>> bySource = new HashMap<>(0);

  private long bytes;
  private @Nullable Place<T> oldest;
  private @Nullable Place<T> newest;

  /**
   * When this tenant is due on the lane's virtual clock, which advances by one an item served
   * ("Start-time Fair Queuing", SIGCOMM 1996, §2).
   */
  long due;

  int size() {
    return heap.size();
  }

  /** How much of the lane this tenant has, in items or in bytes. */
  long held(boolean inItems) {
    return inItems ? size() : bytes;
  }

  Place<T> first() {
    return heap.first();
  }

  Place<T> oldest() {
    return present(oldest);
  }

  Place<T> newest() {
    return present(newest);
  }

  /**
   * @param number counts the items of the lane as they come
   */
  void add(Place<T> place, long number) {
    place.earlier = newest;
    if (newest == null) {
      oldest = place;
    } else {
      newest.later = place;
    }
    newest = place;
    bytes += place.bytes;
    heap.add(place, place.item().deadlineNanos(), number);
  }

  /** Shows every place to {@code action}, which may remove the one it is shown. */
  void forEach(Consumer<Place<T>> action) {
    for (var place = oldest; place != null; ) {
      var later = place.later;
      action.accept(place);
      place = later;
    }
  }

  void remove(Place<T> place) {
    if (place.earlier == null) {
      oldest = place.later;
    } else {
      place.earlier.later = place.later;
    }
    if (place.later == null) {
      newest = place.earlier;
    } else {
      place.later.earlier = place.earlier;
    }
    bytes -= place.bytes;
    heap.remove(place);
  }

  private static <T extends Waiting> Place<T> present(@Nullable Place<T> place) {
    if (place == null) {
      throw new IllegalStateException("an empty line has no oldest and no newest");
    }
    return place;
  }
}
