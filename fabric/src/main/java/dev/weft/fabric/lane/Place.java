package dev.weft.fabric.lane;

import org.jspecify.annotations.Nullable;

/** One place in a lane, reused by the next item so that waiting allocates nothing. */
final class Place<T extends Waiting> extends DeadlineHeap.Node {

  private @Nullable T item;
  long bytes;
  @Nullable TenantLine<T> line;

  /** Neighbours in order of arrival within the tenant; {@code later} also links free places. */
  @Nullable Place<T> earlier;

  @Nullable Place<T> later;

  void take(T next, TenantLine<T> owner) {
    item = next;
    bytes = next.bytes();
    line = owner;
  }

  T item() {
    var present = item;
    if (present == null) {
      throw new IllegalStateException("an empty place was served");
    }
    return present;
  }

  void clear() {
    item = null;
    line = null;
    earlier = null;
    later = null;
  }
}
