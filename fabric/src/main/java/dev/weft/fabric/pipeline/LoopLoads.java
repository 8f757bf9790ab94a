package dev.weft.fabric.pipeline;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** How many frames each inference loop of a node holds; hands out the least loaded. Threadsafe. */
public final class LoopLoads {

  /** Counters stand this far apart, so that two loops do not share a cache line. */
  private static final int STRIDE = 16;

  private final AtomicIntegerArray frames;
  private final int loops;

  public LoopLoads(int loops) {
    if (loops < 1) {
      throw new IllegalArgumentException("loops: %d (expected: >= 1)".formatted(loops));
    }
    this.loops = loops;
    this.frames = new AtomicIntegerArray(loops * STRIDE);
  }

  public int loops() {
    return loops;
  }

  /** Adds a frame to the least loaded loop, the first of equals, and tells which. */
  int enter() {
    while (true) {
      var least = 0;
      var load = frames.get(0);
      for (var loop = 1; loop < loops && load > 0; loop++) {
        var other = frames.get(loop * STRIDE);
        if (other < load) {
          least = loop;
          load = other;
        }
      }
      // Two callers that saw the same idle loop must not both take it.
      if (frames.compareAndSet(least * STRIDE, load, load + 1)) {
        return least;
      }
    }
  }

  void leave(int loop) {
    frames.decrementAndGet(loop * STRIDE);
  }
}
