package dev.weft.fabric.pairing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who belongs to whom between the pacing input and one other, as far as it can be known now.
 *
 * <p>The nearest two within the tolerance belong together, then the nearest two of the rest, and so
 * on; of equally near ones the earlier. So the outcome does not depend on the order in which the
 * two sources arrive. What an event that is still to come could change is open.
 */
final class Matching<T> {

  private record Candidate<T>(Waiting<T> pacer, Waiting<T> other, Duration apart) {}

  private final Map<Waiting<T>, Waiting<T>> partners = new HashMap<>();
  private final Set<Waiting<T>> open = new HashSet<>();

  /**
   * @param pace progress of the pacers' source
   * @param progress progress of the others' source
   */
  Matching(
      List<Waiting<T>> pacers,
      List<Waiting<T>> others,
      SourceProgress pace,
      SourceProgress progress,
      Duration tolerance) {
    for (var candidate : candidates(pacers, others, tolerance)) {
      match(candidate, pace, progress);
    }
    markOpen(pacers, progress, tolerance);
    markOpen(others, pace, tolerance);
  }

  /** The partner of {@code event} as it looks now. */
  Optional<Waiting<T>> partner(Waiting<T> event) {
    return Optional.ofNullable(partners.get(event));
  }

  /** Whether an event that is still to come could change the partner of {@code event}. */
  boolean isOpen(Waiting<T> event) {
    return open.contains(event);
  }

  private static <T> List<Candidate<T>> candidates(
      List<Waiting<T>> pacers, List<Waiting<T>> others, Duration tolerance) {
    var found = new ArrayList<Candidate<T>>();
    for (var pacer : pacers) {
      for (var other : others) {
        var apart = Duration.between(pacer.at(), other.at()).abs();
        if (apart.compareTo(tolerance) <= 0) {
          found.add(new Candidate<>(pacer, other, apart));
        }
      }
    }
    found.sort(
        Comparator.<Candidate<T>, Duration>comparing(Candidate::apart)
            .thenComparing(candidate -> candidate.pacer().at())
            .thenComparing(candidate -> candidate.other().at())
            .thenComparing(candidate -> candidate.pacer().number())
            .thenComparing(candidate -> candidate.other().number()));
    return found;
  }

  private void match(Candidate<T> candidate, SourceProgress pace, SourceProgress progress) {
    var pacer = candidate.pacer();
    var other = candidate.other();
    var pacerTaken = partners.containsKey(pacer);
    var otherTaken = partners.containsKey(other);
    if (!pacerTaken && !otherTaken) {
      partners.put(pacer, other);
      partners.put(other, pacer);
      var nearest =
          progress.willSkip(pacer.at(), candidate.apart())
              && pace.willSkip(other.at(), candidate.apart());
      if (!nearest || open.contains(pacer) || open.contains(other)) {
        open.add(pacer);
        open.add(other);
      }
    } else if (!pacerTaken && open.contains(other)) {
      // Should a nearer one come for the pacer that has it, the other would be free for this one.
      open.add(pacer);
    } else if (!otherTaken && open.contains(pacer)) {
      open.add(other);
    }
  }

  private void markOpen(List<Waiting<T>> events, SourceProgress partners, Duration tolerance) {
    for (var event : events) {
      if (!this.partners.containsKey(event) && !partners.isPast(event.at(), tolerance)) {
        open.add(event);
      }
    }
  }
}
