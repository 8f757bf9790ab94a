package dev.weft.stages.tensor;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Free blocks of one size; the block freed last, whose memory is still cached, goes out first.
 *
 * <p>Lock-free ("Systems Programming: Coping with Parallelism", Treiber 1986). Every push makes a
 * new node, so a node seen twice at the top is the same push and a swap cannot lose blocks.
 */
final class BlockStack {

  private record Node(TensorBlock block, @Nullable Node below) {}

  private final AtomicReference<@Nullable Node> top = new AtomicReference<>();

  void push(TensorBlock block) {
    while (true) {
      var below = top.get();
      if (top.compareAndSet(below, new Node(block, below))) {
        return;
      }
    }
  }

  @Nullable TensorBlock pop() {
    while (true) {
      var node = top.get();
      if (node == null) {
        return null;
      }
      if (top.compareAndSet(node, node.below())) {
        return node.block();
      }
    }
  }
}
