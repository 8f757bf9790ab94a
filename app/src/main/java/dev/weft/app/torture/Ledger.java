package dev.weft.app.torture;

import dev.weft.sim.invariant.SessionModel;
import dev.weft.sim.invariant.SessionStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What was promised: all that victims have told, over all their lives. Not threadsafe. */
final class Ledger {

  /** A frame's place in its session's stream. */
  record Place(String session, long sequence) {}

  /** A frame that was acknowledged. */
  record Kept(long number, String hash) {}

  /**
   * What was acknowledged of a session, and what was asked and not answered, which may be kept or
   * not.
   */
  record Account(SessionModel acknowledged, Optional<SessionStep> asked) {

    boolean allows(SessionModel found) {
      return found.equals(acknowledged)
          || asked.map(step -> found.equals(acknowledged.after(step))).orElse(false);
    }
  }

  private final Map<Place, Kept> frames = new HashMap<>();
  private final Map<String, Account> sessions = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private final Set<String> hashes = new HashSet<>();
  private long events;

  void add(Said said) {
    switch (said) {
      case Said.Asked(var session, var step) ->
          sessions.put(session, new Account(account(session).acknowledged(), Optional.of(step)));
      case Said.Answered(var session) -> {
        var account = account(session);
        var after = account.acknowledged().after(account.asked().orElseThrow());
        sessions.put(session, new Account(after, Optional.empty()));
        events++;
      }
      case Said.Kept(var session, var number, var sequence, var hash) -> {
        var before = frames.put(new Place(session, sequence), new Kept(number, hash));
        hashes.add(session + " " + hash);
        if (before != null) {
          failures.add(
              "session '%s': two frames acknowledged at place %d".formatted(session, sequence));
        }
      }
      case Said.Failed(var what) -> failures.add(what);
    }
  }

  /** A victim is dead and this is what it left of a session: the next one goes on from there. */
  void settle(String session, SessionModel found) {
    sessions.put(session, new Account(found, Optional.empty()));
  }

  Account account(String session) {
    return sessions.getOrDefault(session, new Account(SessionModel.none(), Optional.empty()));
  }

  Map<Place, Kept> frames() {
    return frames;
  }

  /** Whether a frame with this record was acknowledged. */
  boolean has(String session, String hash) {
    return hashes.contains(session + " " + hash);
  }

  /** Events of sessions that were answered. */
  long events() {
    return events;
  }

  /** What victims said that must not be. */
  List<String> failures() {
    return List.copyOf(failures);
  }
}
