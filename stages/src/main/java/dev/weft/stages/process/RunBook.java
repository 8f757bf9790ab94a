package dev.weft.stages.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which runs wait for a process and which are with one, in order: a process takes them one by one,
 * so when it ends exactly the first can have been under way. Not threadsafe.
 *
 * @param <R> a run
 */
final class RunBook<R> {

  /** Processes that may end under a run which they never said to have begun. */
  static final int ATTEMPTS_MAX = 3;

  private static final class Entry<R> {
    private final R run;
    private int attempts;

    Entry(R run) {
      this.run = run;
    }
  }

  private final int runsMax;
  private final ArrayDeque<Entry<R>> waiting = new ArrayDeque<>();
  private final ArrayDeque<Entry<R>> sent = new ArrayDeque<>();

  RunBook(int runsMax) {
    this.runsMax = runsMax;
  }

  /** Adds {@code run} at the end; false if as many as may be are inside. */
  boolean add(R run) {
    if (size() >= runsMax) {
      return false;
    }
    waiting.addLast(new Entry<>(run));
    return true;
  }

  /** Moves the next waiting run to those sent; empty if none waits. */
  Optional<R> send() {
    var next = waiting.pollFirst();
    if (next == null) {
      return Optional.empty();
    }
    sent.addLast(next);
    return Optional.of(next.run);
  }

  /** The run sent first; empty if none is with a process. */
  Optional<R> head() {
    return sent.isEmpty() ? Optional.empty() : Optional.of(sent.getFirst().run);
  }

  /** Takes out the run sent first, which has ended. */
  Optional<R> end() {
    var first = sent.pollFirst();
    return first == null ? Optional.empty() : Optional.of(first.run);
  }

  /** Takes out {@code run} if it still waits. */
  boolean withdraw(R run) {
    return waiting.removeIf(entry -> entry.run == run);
  }

  /**
   * Takes back what was sent, to be sent again in the same order before all else.
   *
   * @param begun whether the process had begun with the first
   * @return the run that is lost: the first, if begun or too often sent in vain
   */
  Optional<R> processEnded(boolean begun) {
    var first = sent.peekFirst();
    var lost = Optional.<R>empty();
    if (first != null && (begun || ++first.attempts >= ATTEMPTS_MAX)) {
      sent.removeFirst();
      lost = Optional.of(first.run);
    }
    while (!sent.isEmpty()) {
      waiting.addFirst(sent.removeLast());
    }
    return lost;
  }

  /** Takes out all, in order. */
  List<R> clear() {
    var all = new ArrayList<R>();
    sent.forEach(entry -> all.add(entry.run));
    waiting.forEach(entry -> all.add(entry.run));
    sent.clear();
    waiting.clear();
    return all;
  }

  /** Position of {@code run} among those sent, or -1. */
  int sentIndex(R run) {
    var index = 0;
    for (var entry : sent) {
      if (entry.run == run) {
        return index;
      }
      index++;
    }
    return -1;
  }

  int size() {
    return waiting.size() + sent.size();
  }
}
