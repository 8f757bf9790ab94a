package dev.weft.fabric.lane;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Items by deadline, any of which can be taken out in O(log n); allocates nothing once it has been
 * as large as it gets.
 */
public final class DeadlineHeap<E extends DeadlineHeap.Node> {

  /** What an item must carry; belongs to the heap while the item is in it. */
  public abstract static class Node {
    private long deadlineNanos;
    private long number;
    private int at = -1;

    /** Served before {@code other}: an earlier deadline, of equals the lower number. */
    final boolean isBefore(Node other) {
      var difference = deadlineNanos - other.deadlineNanos;
      return difference != 0 ? difference < 0 : number < other.number;
    }

    final long heapDeadline() {
      return deadlineNanos;
    }
  }

  private final List<E> heap = new ArrayList<>();

  /**
   * @param number decides between equal deadlines
   */
  public void add(E item, long deadlineNanos, long number) {
    Node node = item;
    node.deadlineNanos = deadlineNanos;
    node.number = number;
    node.at = heap.size();
    heap.add(item);
    rise(item);
  }

  /** Takes out {@code item}; false if it is not in here. */
  public boolean remove(E item) {
    Node node = item;
    if (node.at < 0) {
      return false;
    }
    var last = heap.removeLast();
    if (last != item) {
      put(last, node.at);
      rise(last);
      sink(last);
    }
    node.at = -1;
    return true;
  }

  /** Takes out all that {@code leaves} says, in O(n). */
  public void removeIf(Predicate<? super E> leaves) {
    var kept = 0;
    for (var i = 0; i < heap.size(); i++) {
      var item = heap.get(i);
      if (leaves.test(item)) {
        Node node = item;
        node.at = -1;
      } else {
        put(item, kept++);
      }
    }
    heap.subList(kept, heap.size()).clear();
    for (var i = kept / 2 - 1; i >= 0; i--) {
      sink(heap.get(i));
    }
  }

  public int size() {
    return heap.size();
  }

  public boolean isEmpty() {
    return heap.isEmpty();
  }

  /** The item with the earliest deadline. */
  public E first() {
    return heap.getFirst();
  }

  /** {@link Long#MAX_VALUE} if there is none. */
  public long firstDeadline() {
    return heap.isEmpty() ? Long.MAX_VALUE : heap.getFirst().heapDeadline();
  }

  private void rise(E item) {
    while (at(item) > 0) {
      var parent = heap.get((at(item) - 1) / 2);
      if (!item.isBefore(parent)) {
        return;
      }
      swap(item, parent);
    }
  }

  private void sink(E item) {
    while (2 * at(item) + 1 < heap.size()) {
      var child = heap.get(2 * at(item) + 1);
      if (2 * at(item) + 2 < heap.size()) {
        var right = heap.get(2 * at(item) + 2);
        if (right.isBefore(child)) {
          child = right;
        }
      }
      if (!child.isBefore(item)) {
        return;
      }
      swap(item, child);
    }
  }

  private void swap(E a, E b) {
    var at = at(a);
    put(a, at(b));
    put(b, at);
  }

  private void put(E item, int at) {
    heap.set(at, item);
    Node node = item;
    node.at = at;
  }

  private static int at(Node node) {
    return node.at;
  }
}
