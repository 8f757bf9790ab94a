package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.Checkpoint;
import dev.weft.fabric.session.FeederId;
import dev.weft.fabric.session.SessionBudget;
import dev.weft.fabric.session.SessionContext;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.StoredSessions;
import dev.weft.fabric.session.Whereabouts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Sessions of some sites without journals of their own: what a move does is done at once. */
final class FakeCarrier implements Carrier {

  private final Map<String, SessionState> states = new TreeMap<>();
  private final List<String> done = new ArrayList<>();
  private Predicate<String> fails = _ -> false;

  private static String at(String session, SiteName site) {
    return session + "@" + site;
  }

  static SessionState state(SessionState.Phase phase, Whereabouts whereabouts) {
    return new SessionState(
        phase,
        phase == SessionState.Phase.NEW ? "" : "acme",
        1,
        FeederId.of(1),
        Instant.EPOCH,
        new SessionContext(List.of(), Instant.EPOCH),
        new Checkpoint(0, "", 0),
        new SessionBudget(0, 0, Map.of(), 0),
        "",
        whereabouts);
  }

  synchronized void put(String session, SiteName site, Whereabouts whereabouts) {
    states.put(at(session, site), state(SessionState.Phase.OPEN, whereabouts));
  }

  synchronized void close(String session, SiteName site) {
    states.put(at(session, site), state(SessionState.Phase.CLOSED, new Whereabouts.Here(0)));
  }

  /** Has steps fail that are written as {@code look shop/1@shop}, {@code move ...} and so on. */
  synchronized void fail(Predicate<String> which) {
    fails = which;
  }

  /** The moves that were made. */
  synchronized List<String> done() {
    return List.copyOf(done);
  }

  synchronized SessionState find(String session, SiteName site) {
    return states.getOrDefault(
        at(session, site), state(SessionState.Phase.NEW, new Whereabouts.Here(0)));
  }

  boolean isAt(String session, SiteName site) {
    return find(session, site).phase() == SessionState.Phase.OPEN
        && find(session, site).whereabouts() instanceof Whereabouts.Here;
  }

  private synchronized CompletionStage<SessionState> step(
      String word, String session, SiteName site, Runnable work) {
    if (fails.test("%s %s".formatted(word, at(session, site)))) {
      return CompletableFuture.failedFuture(
          new SessionException(SessionRefusal.UNREACHABLE, "%s fails".formatted(word)));
    }
    work.run();
    return CompletableFuture.completedFuture(find(session, site));
  }

  @Override
  public CompletionStage<SessionState> look(String session, SiteName at) {
    return step("look", session, at, () -> {});
  }

  @Override
  public CompletionStage<SessionState> move(String session, SiteName from, SiteName to) {
    if (!isAt(session, from)) {
      return CompletableFuture.failedFuture(
          new SessionException(SessionRefusal.MOVING, "another move was quicker"));
    }
    return step("move", session, to, () -> moved(session, from, to));
  }

  private void moved(String session, SiteName from, SiteName to) {
    var term = find(session, from).whereabouts().term() + 1;
    states.put(
        at(session, from),
        state(SessionState.Phase.NEW, new Whereabouts.Gone(term, to.text(), "")));
    put(session, to, new Whereabouts.Here(term));
    done.add("%s to %s".formatted(session, to));
  }

  @Override
  public CompletionStage<SessionState> mend(String session, SiteName at) {
    return step(
        "mend",
        session,
        at,
        () -> {
          if (find(session, at).whereabouts() instanceof Whereabouts.Held held) {
            put(session, at, new Whereabouts.Here(held.term()));
          }
        });
  }

  /** As the journal of a site has them. */
  synchronized StoredSessions.Page page(SiteName site, String from, int max) {
    var found = new ArrayList<StoredSessions.Stored>();
    for (var each : states.entrySet()) {
      var session = each.getKey().substring(0, each.getKey().indexOf('@'));
      if (each.getKey().endsWith("@" + site) && session.compareTo(from) > 0 && found.size() < max) {
        found.add(new StoredSessions.Stored(session, each.getValue()));
      }
    }
    return new StoredSessions.Page(
        found,
        List.of(),
        found.size() < max ? Optional.empty() : Optional.of(found.getLast().session()));
  }
}
