package dev.weft.fabric.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The signals a session holds, by name, each the last of its kind. Those that have expired leave at
 * the next observation; until then they only take room. Immutable.
 *
 * @param observedAt time of the last observation, which never goes back, whatever the clock does
 */
public record SessionContext(List<Signal> signals, Instant observedAt) {

  public SessionContext {
    signals = List.copyOf(signals);
  }

  static SessionContext empty() {
    return new SessionContext(List.of(), Instant.EPOCH);
  }

  /** With newly told signals in place of what they said before, and without the expired ones. */
  SessionContext observe(List<Signal> told, Instant now) {
    var all = new TreeMap<String, Signal>();
    inForce(now).forEach(signal -> all.put(signal.name(), signal));
    told.forEach(signal -> all.put(signal.name(), signal));
    return new SessionContext(new ArrayList<>(all.values()), now);
  }

  /** The signals that count at a time. */
  public List<Signal> inForce(Instant now) {
    return signals.stream().filter(signal -> now.isBefore(signal.expiresAt())).toList();
  }

  /** Memory it counts for, in bytes. */
  public int bytes() {
    return signals.stream().mapToInt(Signal::bytes).sum();
  }
}
