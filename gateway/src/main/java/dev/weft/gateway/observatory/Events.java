package dev.weft.gateway.observatory;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last events of the node, of a bounded number. Threadsafe. */
public final class Events {

  private static final int SENTENCE_LENGTH_MAX = 400;

  private final int max;
  private final Deque<Event> events = new ArrayDeque<>();
  private long last;

  /**
   * @param max events remembered
   */
  Events(int max) {
    this.max = max;
  }

  /** Takes note of something that happened; a long sentence is cut. */
  public synchronized void add(Instant at, Event.Kind kind, String subject, String sentence) {
    var said =
        sentence.length() > SENTENCE_LENGTH_MAX
            ? sentence.substring(0, SENTENCE_LENGTH_MAX) + "..."
            : sentence;
    events.addLast(new Event(++last, at, kind, subject, said));
    if (events.size() > max) {
      events.removeFirst();
    }
  }

  /** Those remembered, oldest first. */
  synchronized List<Event> all() {
    return List.copyOf(events);
  }

  /** Number of the last; 0 before the first. */
  synchronized long last() {
    return last;
  }

  /** Those remembered with a number above {@code number}, oldest first. */
  synchronized List<Event> since(long number) {
    return events.stream().filter(event -> event.number() > number).toList();
  }
}
