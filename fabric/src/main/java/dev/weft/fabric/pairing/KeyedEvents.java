package dev.weft.fabric.pairing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * What waits for one key, and how far its sources have come.
 *
 * <p>Events of the pacing input leave in the order they came: one whose partners are known waits
 * for those before it, which wait no longer than it may itself.
 */
final class KeyedEvents<T> {

  private final List<String> inputs;
  private final Duration tolerance;
  private final Duration lateness;
  private final List<List<Waiting<T>>> waiting = new ArrayList<>();
  private final List<SourceProgress> progress = new ArrayList<>();

  /** One matching per input but the first, in their order. */
  private record Matchings<T>(List<Matching<T>> byInput) {
    Matching<T> of(int input) {
      return byInput.get(input - 1);
    }
  }

  KeyedEvents(List<String> inputs, Duration tolerance, Duration lateness) {
    this.inputs = inputs;
    this.tolerance = tolerance;
    this.lateness = lateness;
    for (var i = 0; i < inputs.size(); i++) {
      waiting.add(new ArrayList<>());
      progress.add(new SourceProgress());
    }
  }

  void add(Waiting<T> event) {
    waiting.get(event.input()).add(event);
    progress.get(event.input()).saw(event.at(), lateness);
  }

  SourceProgress progress(int input) {
    return progress.get(input);
  }

  int size() {
    return waiting.stream().mapToInt(List::size).sum();
  }

  /** The event that came first; there must be one. */
  Waiting<T> oldest() {
    return waiting.stream()
        .filter(events -> !events.isEmpty())
        .map(List::getFirst)
        .min(Comparator.comparing(Waiting::number))
        .orElseThrow();
  }

  /** Takes out what nothing still to come can change. */
  List<List<Waiting<T>>> takeSettled() {
    var matchings = matchings();
    var taken = new ArrayList<List<Waiting<T>>>();
    var pacers = waiting.getFirst();
    while (!pacers.isEmpty() && matchings.byInput().stream().noneMatch(open(pacers.getFirst()))) {
      taken.add(take(pacers.getFirst(), matchings));
    }
    for (var input = 1; input < inputs.size(); input++) {
      var matching = matchings.of(input);
      for (var event : List.copyOf(waiting.get(input))) {
        if (matching.partner(event).isEmpty() && !matching.isOpen(event)) {
          taken.add(take(event, matchings));
        }
      }
    }
    return taken;
  }

  /** Takes out {@code event} with its partners as they are now, after the pacers before it. */
  List<List<Waiting<T>>> takeNow(Waiting<T> event) {
    var matchings = matchings();
    var pacer = event;
    if (!event.setsPace()) {
      var partner = matchings.of(event.input()).partner(event);
      if (partner.isEmpty()) {
        return List.of(take(event, matchings));
      }
      pacer = partner.get();
    }
    var taken = new ArrayList<List<Waiting<T>>>();
    while (waiting.getFirst().contains(pacer)) {
      taken.add(take(waiting.getFirst().getFirst(), matchings));
    }
    return taken;
  }

  /** Takes out one event and, if it sets the pace, its partners. */
  private List<Waiting<T>> take(Waiting<T> event, Matchings<T> matchings) {
    var members = new ArrayList<Waiting<T>>();
    members.add(event);
    if (event.setsPace()) {
      matchings.byInput().forEach(matching -> matching.partner(event).ifPresent(members::add));
    }
    members.forEach(member -> waiting.get(member.input()).remove(member));
    return members;
  }

  private Matchings<T> matchings() {
    var all = new ArrayList<Matching<T>>();
    for (var input = 1; input < inputs.size(); input++) {
      all.add(
          new Matching<>(
              waiting.getFirst(),
              waiting.get(input),
              progress.getFirst(),
              progress.get(input),
              tolerance));
    }
    return new Matchings<>(all);
  }

  private static <T> Predicate<Matching<T>> open(Waiting<T> event) {
    return matching -> matching.isOpen(event);
  }
}
