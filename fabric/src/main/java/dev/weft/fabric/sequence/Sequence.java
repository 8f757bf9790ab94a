package dev.weft.fabric.sequence;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One sequence under way, as its {@link SequenceBook} has it. */
final class Sequence {

  final SequenceKey key;

  /** Those that come after the one at work, in the order in which they came. */
  final Deque<PendingStep> waiting = new ArrayDeque<>();

  @Nullable PendingStep running;

  /** What the last frame left; null before the first and after the last. */
  @Nullable StateTensors state;

  long idleSinceNanos;

  Sequence(SequenceKey key) {
    this.key = key;
  }

  int inside() {
    return waiting.size() + (running == null ? 0 : 1);
  }
}
