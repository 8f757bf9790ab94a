package dev.weft.fabric.pairing;

import dev.weft.fabric.manifest.Pairing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Holds events until their partners come, and decides which go on together.
 *
 * <ul>
 *   <li>Event time decides what belongs together: for each event of the pacing input the nearest of
 *       every other input, at most the tolerance apart, each used once; see {@link Matching}.
 *   <li>Arrival time decides how long an event waits: less than the lateness, then it goes on with
 *       the partners that are there. It goes sooner once nothing still to come can change who they
 *       are, as far as the sources keep to what they did so far; see {@link SourceProgress}.
 *   <li>An event of another input whose pacing event did not come goes on alone.
 *   <li>Groups of one key leave in the order in which their pacing events came.
 * </ul>
 *
 * <p>Every accepted event is given to {@code gone} exactly once. Not threadsafe; times must not run
 * backwards from call to call.
 */
final class PairingBuffer<T> {

  private final Pairing pairing;
  private final int keysMax;
  private final Consumer<Group<T>> gone;
  private final long latenessNanos;

  /** By key, the longest silent first. */
  private final LinkedHashMap<String, KeyedEvents<T>> keys = new LinkedHashMap<>();

  /** All that waits in the order it came, which is also the order in which it gets too late. */
  private final Set<Waiting<T>> waiting = new LinkedHashSet<>();

  private final Map<String, Integer> positions = new LinkedHashMap<>();
  private long arrivals;

  /**
   * @param keysMax most keys to remember; to make room, the longest silent one is forgotten if
   *     nothing of it waits
   * @param gone takes what goes on; must not call back
   */
  PairingBuffer(Pairing pairing, int keysMax, Consumer<Group<T>> gone) {
    this.pairing = pairing;
    this.keysMax = keysMax;
    this.gone = gone;
    this.latenessNanos = pairing.lateness().toNanos();
    pairing.inputs().forEach(input -> positions.put(input, positions.size()));
  }

  /**
   * Takes in {@code event}.
   *
   * @param nanos the present time; what got too late by then goes on first
   * @return whether there was room for its key
   */
  boolean offer(TimedEvent<T> event, long nanos) {
    expire(nanos);
    if (!makeRoom(event.key())) {
      return false;
    }
    var events = keys.computeIfAbsent(event.key(), _ -> newKey());
    keys.putLast(event.key(), events);
    var added = new Waiting<>(event, position(event.input()), nanos, arrivals++);
    events.add(added);
    waiting.add(added);
    release(events.takeSettled());
    if (events.size() > pairing.maxWaiting()) {
      releaseNow(events, events.oldest());
    }
    return true;
  }

  /**
   * Takes note that the source of {@code input} for {@code key} will bring nothing that happened
   * before {@code bound}. A key that is not remembered is passed over.
   */
  void promise(String key, String input, Instant bound, long nanos) {
    expire(nanos);
    var events = keys.get(key);
    if (events != null) {
      events.progress(position(input)).promised(bound);
      release(events.takeSettled());
    }
  }

  /** Lets go of all that has waited for the lateness at {@code nanos}. */
  void expire(long nanos) {
    while (!waiting.isEmpty()) {
      var oldest = waiting.iterator().next();
      if (nanos - deadline(oldest) < 0) {
        return;
      }
      var events = keys.get(oldest.event().key());
      if (events == null) {
        throw new IllegalStateException("key '%s' was forgotten".formatted(oldest.event().key()));
      }
      releaseNow(events, oldest);
    }
  }

  /** When {@link #expire} has something to do next; empty if nothing waits. */
  OptionalLong nextDeadline() {
    return waiting.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(deadline(waiting.iterator().next()));
  }

  /** Takes out all that waits, ungrouped. */
  List<TimedEvent<T>> takeAll() {
    var all = waiting.stream().map(Waiting::event).toList();
    waiting.clear();
    keys.clear();
    return all;
  }

  int size() {
    return waiting.size();
  }

  int keyCount() {
    return keys.size();
  }

  private long deadline(Waiting<T> event) {
    return event.arrivedNanos() + latenessNanos;
  }

  private int position(String input) {
    var position = positions.get(input);
    if (position == null) {
      throw new IllegalArgumentException(
          "input: '%s' (expected: one of %s)".formatted(input, pairing.inputs()));
    }
    return position;
  }

  private boolean makeRoom(String key) {
    if (keys.containsKey(key) || keys.size() < keysMax) {
      return true;
    }
    var silent = keys.firstEntry();
    if (silent.getValue().size() > 0) {
      return false;
    }
    keys.remove(silent.getKey());
    return true;
  }

  private KeyedEvents<T> newKey() {
    return new KeyedEvents<>(pairing.inputs(), pairing.tolerance(), pairing.lateness());
  }

  private void releaseNow(KeyedEvents<T> events, Waiting<T> event) {
    release(events.takeNow(event));
    release(events.takeSettled());
  }

  private void release(List<List<Waiting<T>>> groups) {
    groups.forEach(this::goOn);
  }

  private void goOn(List<Waiting<T>> members) {
    members.sort(Comparator.comparing(Waiting::input));
    members.forEach(waiting::remove);
    var absent = new ArrayList<>(pairing.inputs());
    members.forEach(member -> absent.remove(member.event().input()));
    gone.accept(new Group<>(members.stream().map(Waiting::event).toList(), absent));
  }
}
