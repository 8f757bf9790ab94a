package dev.weft.gateway.access;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts who was turned away and why, and says so, but not often. Threadsafe. */
public final class Refusals {

  private static final Duration TELL_EVERY = Duration.ofSeconds(1);

  private final Map<Denial, LongAdder> counts = new EnumMap<>(Denial.class);
  private final Map<Denial, Long> told = new EnumMap<>(Denial.class);
  private Instant toldAt = Instant.MIN;

  public Refusals() {
    for (var denial : Denial.values()) {
      counts.put(denial, new LongAdder());
    }
  }

  /** How many were turned away for this reason so far. */
  public long count(Denial denial) {
    return counter(denial).sum();
  }

  /**
   * Counts one.
   *
   * @param from the address it came from
   * @return a line that tells of all since the last line; empty if that was less than a second ago
   */
  Optional<String> refused(Denial denial, String from, Instant now) {
    counter(denial).increment();
    return tell(from, now);
  }

  private synchronized Optional<String> tell(String from, Instant now) {
    if (now.isBefore(toldAt.plus(TELL_EVERY)) && !now.isBefore(toldAt)) {
      return Optional.empty();
    }
    toldAt = now;
    var since = new EnumMap<Denial, Long>(Denial.class);
    for (var denial : Denial.values()) {
      var count = count(denial);
      var more = count - told.getOrDefault(denial, 0L);
      if (more > 0) {
        since.put(denial, more);
      }
      told.put(denial, count);
    }
    return Optional.of(
        "turned away: %s; the last from %s"
            .formatted(
                since.entrySet().stream()
                    .map(each -> each.getValue() + " " + each.getKey().word())
                    .collect(Collectors.joining(", ")),
                from));
  }

  private LongAdder counter(Denial denial) {
    var counter = counts.get(denial);
    if (counter == null) {
      throw new IllegalStateException("every denial has a counter");
    }
    return counter;
  }
}
