package dev.weft.sim.invariant;

import dev.weft.fabric.session.FeederId;
import dev.weft.fabric.session.SessionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Of all sites and processes that may take a session for theirs only one changes it: each event
 * follows on the one before it, an epoch is of one process, and what a site has released is only
 * changed by the site that takes it up. Folds what becomes durable at all sites.
 */
public final class OneOwner {

  public static final String NAME = "one-owner";

  /**
   * @param site that may change the session; empty while it is between two
   * @param offered to which site it was released, by which move
   */
  private record Owned(
      Optional<String> site, Optional<SessionEvent.Released> offered, long epoch, FeederId feeder) {

    Owned at(Optional<String> next, Optional<SessionEvent.Released> released) {
      return new Owned(next, released, epoch, feeder);
    }
  }

  private final Map<String, Owned> owned = new TreeMap<>();

  /** The site that may change a session; empty while none may. */
  public Optional<String> site(String session) {
    return Optional.ofNullable(owned.get(session)).flatMap(Owned::site);
  }

  /** The sessions that no site may change. */
  public List<String> between() {
    return owned.entrySet().stream()
        .filter(each -> each.getValue().site().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Takes note of an event.
   *
   * @param by who made it durable
   * @param number of the event at the site
   * @param highest of those that were durable at the site before
   */
  public List<Violation> check(
      String session, String site, String by, long number, long highest, SessionEvent event) {
    var found = new ArrayList<Violation>();
    if (number != highest + 1) {
      found.add(violation(session, by, "event %d after %d".formatted(number, highest)));
    }
    var before = owned.computeIfAbsent(session, _ -> first(site));
    switch (event) {
      case SessionEvent.OfferHeld _, SessionEvent.OfferDiscarded _ -> {}
      case SessionEvent.TakenUp(var term) -> {
        var fits = before.offered().filter(it -> it.to().equals(site) && it.term() == term);
        if (before.site().isPresent() || fits.isEmpty()) {
          found.add(violation(session, by, "%s of %s".formatted(event, before)));
        }
        owned.put(session, before.at(Optional.of(site), Optional.empty()));
      }
      default -> {
        if (!before.site().equals(Optional.of(site))) {
          found.add(violation(session, by, "%s, which is of %s".formatted(event, before)));
        }
        owned.put(session, after(session, by, before, event, found));
      }
    }
    return found;
  }

  private static Owned first(String site) {
    return new Owned(Optional.of(site), Optional.empty(), 0, FeederId.of(0));
  }

  private static Owned after(
      String session, String by, Owned before, SessionEvent event, List<Violation> found) {
    return switch (event) {
      case SessionEvent.Opened(_, var epoch, _, _, var feeder) -> {
        if (epoch <= before.epoch()) {
          found.add(violation(session, by, "%s after epoch %d".formatted(event, before.epoch())));
        }
        yield new Owned(before.site(), before.offered(), epoch, feeder);
      }
      case SessionEvent.FramesCheckpointed(var epoch, _, _, _) when epoch != before.epoch() -> {
        found.add(violation(session, by, "%s in epoch %d".formatted(event, before.epoch())));
        yield before;
      }
      case SessionEvent.Released released -> before.at(Optional.empty(), Optional.of(released));
      default -> before;
    };
  }

  private static Violation violation(String session, String by, String what) {
    return new Violation(
        NAME,
        "session %s: %s by %s (expected: of one owner at a time)".formatted(session, what, by));
  }
}
