package dev.weft.fabric.pairing;

import dev.weft.fabric.manifest.Pairing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A pairing buffer in virtual time, which looks at the clock exactly when it should. */
final class PairingRun {

  /** What goes through; compared by all it says. */
  record Item(int id, String key, String input, Instant at, Duration arrived) {
    @Override
    public String toString() {
      return input + id;
    }
  }

  /** A group and when it went on. */
  record Gone(Duration when, List<Item> items, List<String> absent) {
    /** Such as {@code picture0+sound1} or {@code picture0-sound}. */
    @Override
    public String toString() {
      var text = new StringBuilder(String.join("+", items.stream().map(Item::toString).toList()));
      absent.forEach(input -> text.append('-').append(input));
      return text.toString();
    }
  }

  final List<Gone> gone = new ArrayList<>();
  final List<Item> offered = new ArrayList<>();
  final PairingBuffer<Item> buffer;
  private final long origin;
  private long nanos;

  PairingRun(Pairing pairing, int keysMax) {
    this(pairing, keysMax, 0);
  }

  /**
   * @param origin of the monotonic clock, which may be anything
   */
  PairingRun(Pairing pairing, int keysMax, long origin) {
    this.buffer =
        new PairingBuffer<>(
            pairing,
            keysMax,
            group ->
                gone.add(
                    new Gone(
                        Duration.ofNanos(nanos - origin),
                        group.events().stream().map(TimedEvent::value).toList(),
                        group.absent())));
    this.nanos = origin;
    this.origin = origin;
  }

  static Pairing pairing(Duration tolerance, Duration lateness, String... inputs) {
    return new Pairing("session", List.of(inputs), tolerance, lateness, Pairing.DEFAULT_WAITING);
  }

  Duration now() {
    return Duration.ofNanos(nanos - origin);
  }

  /** Lets time pass to {@code when}, looking at every deadline on the way. */
  void until(Duration when) {
    var target = origin + when.toNanos();
    for (var next = buffer.nextDeadline();
        next.isPresent() && next.getAsLong() - target <= 0;
        next = buffer.nextDeadline()) {
      nanos = next.getAsLong();
      buffer.expire(nanos);
    }
    nanos = target;
  }

  boolean offer(String key, String input, Instant at) {
    var item = new Item(offered.size(), key, input, at, now());
    var accepted = buffer.offer(new TimedEvent<>(key, input, at, item), nanos);
    if (accepted) {
      offered.add(item);
    }
    return accepted;
  }

  void promise(String key, String input, Instant bound) {
    buffer.promise(key, input, bound, nanos);
  }

  /** Events of {@code key} that were accepted and have not gone on. */
  long waiting(String key) {
    return count(offered, key) - gone.stream().mapToLong(group -> count(group.items(), key)).sum();
  }

  private static long count(List<Item> items, String key) {
    return items.stream().filter(item -> item.key().equals(key)).count();
  }

  /** Offers for one key what happened at {@code atMillis} and arrives at {@code arrivesMillis}. */
  void offer(String input, long atMillis, long arrivesMillis) {
    until(Duration.ofMillis(arrivesMillis));
    offer("key", input, Instant.ofEpochMilli(1_000_000 + atMillis));
  }

  /** Such as {@code [picture0+sound1, picture2-sound]}. */
  String text() {
    return gone.toString();
  }

  /** As {@link #text}, once nothing waits any more. */
  String textAtTheEnd() {
    until(now().plusDays(1));
    return text();
  }
}
