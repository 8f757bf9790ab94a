package dev.weft.bench;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Four queues, the first that has something served first; used by one thread at a time. */
final class FourLanes<T> {

  static final int COUNT = 4;

  private final List<ArrayDeque<T>> lanes =
      List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
  private int size;

  void offer(int lane, T item) {
    lanes.get(lane).addLast(item);
    size++;
  }

  @Nullable T poll() {
    for (var lane : lanes) {
      var item = lane.pollFirst();
      if (item != null) {
        size--;
        return item;
      }
    }
    return null;
  }

  int size() {
    return size;
  }
}
