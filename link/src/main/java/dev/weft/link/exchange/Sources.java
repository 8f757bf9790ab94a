package dev.weft.link.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The senders that a receiver knows, present ones and those that may come back. Threadsafe. */
final class Sources {

  private final Source.Terms terms;
  private final Map<Life, Source> known = new LinkedHashMap<>();
  private volatile boolean isEnding;

  /**
   * A life of a sender.
   *
   * @param caller by certificate, so that nobody takes another's place
   */
  record Life(String caller, String source, long incarnation) {}

  Sources(Source.Terms terms) {
    this.terms = terms;
  }

  /** The source of a life; empty if there are too many and none is away. */
  synchronized Optional<Source> find(Life life, long nowNanos) {
    var found = known.get(life);
    if (found != null) {
      return Optional.of(found);
    }
    if (known.size() >= terms.settings().remembered().sources() && !forgetOneAway()) {
      return Optional.empty();
    }
    var name = life.caller().isEmpty() ? life.source() : life.caller();
    var source = new Source(name, terms, nowNanos);
    known.put(life, source);
    return Optional.of(source);
  }

  private boolean forgetOneAway() {
    var each = known.values().iterator();
    while (each.hasNext()) {
      var source = each.next();
      synchronized (source) {
        if (source.isAway()) {
          source.forget();
          each.remove();
          return true;
        }
      }
    }
    return false;
  }

  /** Lets go of what is too old, and tells the senders that are there. */
  void expire(long nowNanos) {
    for (var source : all()) {
      synchronized (source) {
        source
            .expire(nowNanos)
            .forEach(
                (sequence, late) -> source.visit().ifPresent(to -> to.reply(sequence, 0, late)));
      }
    }
    synchronized (this) {
      known.values().removeIf(source -> isGone(source, nowNanos));
    }
  }

  /** Has the senders that are there, and those that come from now on, be told to ask others. */
  void end() {
    isEnding = true;
    for (var source : all()) {
      synchronized (source) {
        source.visit().ifPresent(Visit::bidFarewell);
      }
    }
  }

  boolean isEnding() {
    return isEnding;
  }

  private static boolean isGone(Source source, long nowNanos) {
    synchronized (source) {
      if (source.isGone(nowNanos)) {
        source.forget();
        return true;
      }
      return false;
    }
  }

  private synchronized List<Source> all() {
    return List.copyOf(known.values());
  }
}
