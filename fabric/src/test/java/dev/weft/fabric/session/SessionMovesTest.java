package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.session.SessionDecision.Accept;
import dev.weft.fabric.session.SessionDecision.Refuse;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionMovesTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final List<String> SITES = List.of("a", "b", "c");
  private static final int MOVES_MAX = 4;
  private static final int OFFERS_MAX = 6;

  /**
   * What every site's journal has of one session, and the offers that may still be on their way.
   */
  private record World(
      Map<String, SessionState> sites, Set<Offer> offers, Set<Whereabouts.Gone> releases) {

    SessionState at(String site) {
      return Objects.requireNonNull(sites.get(site));
    }

    World with(String site, SessionState state) {
      var after = new HashMap<>(sites);
      after.put(site, state);
      return new World(Map.copyOf(after), offers, releases);
    }

    World with(Offer offer) {
      return new World(sites, with(offers, offer), releases);
    }

    World with(Whereabouts.Gone release) {
      return new World(sites, offers, with(releases, release));
    }

    private static <T> Set<T> with(Set<T> before, T more) {
      var after = new HashSet<>(before);
      after.add(more);
      return Set.copyOf(after);
    }
  }

  private record Offer(String to, SessionOffer content) {}

  private static SessionState apply(SessionState state, SessionDecision decision) {
    return decision instanceof Accept(var events)
        ? events.stream().reduce(state, SessionState::on, (_, last) -> last)
        : state;
  }

  private static SessionState opened() {
    var none = SessionState.none();
    return apply(none, none.openBy("acme", FeederId.of(5), 100, NOON));
  }

  @Test
  void goesToAnotherSiteWithAllThatIsKept() {
    var here = apply(opened(), opened().reserve(1, 40, 4));
    here = apply(here, SessionMoves.prepare(here, "b"));
    var offer = SessionMoves.offer(here, "a");
    var there = apply(SessionState.none(), SessionMoves.hold(SessionState.none(), offer));
    assertEquals(
        SessionRefusal.MOVING,
        ((Refuse) there.claim(FeederId.of(7), false, NOON)).refusal(),
        "not its before a says");
    here = apply(here, SessionMoves.release(here, "b", offer.hash()));
    assertEquals(
        SessionRefusal.MOVED, ((Refuse) here.claim(FeederId.of(5), false, NOON)).refusal());
    assertEquals(new Whereabouts.Gone(1, "b", offer.hash()), here.whereabouts());
    there = apply(there, SessionMoves.takeUp(there, 1, offer.hash()));
    there = apply(there, there.claim(FeederId.of(2), false, NOON));

    assertEquals(new Whereabouts.Here(1), there.whereabouts());
    assertEquals(FeederId.of(2), there.feeder());
    assertEquals(40, there.budget().blocks().get(1L));
    assertEquals("", here.tenant(), "nothing of the client stays behind");
  }

  @Test
  void goesOnHereIfItChangedSinceItWasOffered() {
    var here = apply(opened(), opened().reserve(1, 40, 4));
    here = apply(here, SessionMoves.prepare(here, "b"));
    var offer = SessionMoves.offer(here, "a");
    here = apply(here, here.settle(1, 30));

    var refused = (Refuse) SessionMoves.release(here, "b", offer.hash());
    assertEquals(SessionRefusal.OUT_OF_ORDER, refused.refusal());
    here = apply(here, SessionMoves.release(here, "b", SessionMoves.offer(here, "a").hash()));
    assertInstanceOf(Whereabouts.Gone.class, here.whereabouts());
  }

  @Test
  void nothingNewBeginsWhileItIsAboutToGo() {
    var here = apply(opened(), SessionMoves.prepare(opened(), "b"));
    for (var asked :
        List.of(
            here.openBy("acme", FeederId.of(5), 100, NOON),
            here.claim(FeederId.of(5), false, NOON),
            here.reserve(1, 1, 4),
            here.close("over", NOON),
            SessionMoves.prepare(here, "c"))) {
      assertEquals(SessionRefusal.MOVING, ((Refuse) asked).refusal());
    }
    assertEquals(new Accept(List.of()), SessionMoves.prepare(here, "b"));
  }

  @Test
  void aProcessThatTakesOverKeepsWhatWasAboutToGo() {
    var here = apply(opened(), SessionMoves.prepare(opened(), "b"));
    var offer = SessionMoves.offer(here, "a");
    here = apply(here, here.claim(FeederId.of(6), false, NOON));

    assertEquals(new Whereabouts.Here(1), here.whereabouts(), "the move's number is used up");
    assertInstanceOf(Refuse.class, SessionMoves.release(here, "b", offer.hash()));
  }

  @Test
  void aWrongHashIsNoOffer() {
    var offered = opened().unfed().at(new Whereabouts.Here(1));
    var wrong =
        org.junit.jupiter.api.Assertions.assertThrows(
            IllegalArgumentException.class,
            () -> new SessionOffer("a", 1, "0".repeat(64), offered));
    assertTrue(
        String.valueOf(wrong.getMessage()).contains("expected: " + SessionCodec.digest(offered)));
  }

  /**
   * Everything that three sites can do with one session in any order, with every message late,
   * twice or never, and every process replaced at any time: at most one site may change it, and
   * until a release is heard of, there is always one that can hear of it.
   */
  @Test
  void atMostOneSiteChangesItWhateverIsLostOrLate() {
    var begin =
        new World(
            Map.of("a", opened(), "b", SessionState.none(), "c", SessionState.none()),
            Set.of(),
            Set.of());
    var seen = new HashSet<World>(Set.of(begin));
    var open = new ArrayDeque<World>(List.of(begin));
    while (!open.isEmpty()) {
      var world = open.poll();
      check(world);
      for (var next : next(world)) {
        if (seen.add(next)) {
          open.add(next);
        }
      }
    }
    assertTrue(seen.size() > 1_000, "worlds: " + seen.size());
  }

  private static void check(World world) {
    var owners =
        SITES.stream()
            .filter(site -> world.at(site).phase() == SessionState.Phase.OPEN)
            .filter(
                site ->
                    world.at(site).whereabouts() instanceof Whereabouts.Here
                        || world.at(site).whereabouts() instanceof Whereabouts.Leaving)
            .toList();
    assertTrue(owners.size() <= 1, () -> "owners: " + owners + " in " + world);
    if (owners.isEmpty()) {
      assertTrue(
          SITES.stream().anyMatch(site -> isGivenTo(world, site)),
          () -> "nobody can go on: " + world);
    }
  }

  /** Whether a site holds what another one released to it by that very move. */
  private static boolean isGivenTo(World world, String site) {
    return world.at(site).whereabouts() instanceof Whereabouts.Held held
        && world
            .at(held.from())
            .whereabouts()
            .equals(new Whereabouts.Gone(held.term(), site, held.hash()));
  }

  private static List<World> next(World world) {
    var worlds = new ArrayList<World>();
    for (var site : SITES) {
      var state = world.at(site);
      for (var to : SITES) {
        if (!to.equals(site) && state.whereabouts().term() < MOVES_MAX) {
          worlds.add(world.with(site, apply(state, SessionMoves.prepare(state, to))));
        }
      }
      switch (state.whereabouts()) {
        case Whereabouts.Leaving leaving -> addLeaving(worlds, world, site, leaving);
        case Whereabouts.Held held -> addHeld(worlds, world, site, held);
        case Whereabouts.Gone gone -> worlds.add(world.with(gone));
        case Whereabouts.Here _ -> {}
      }
    }
    for (var offer : world.offers()) {
      var state = world.at(offer.to());
      worlds.add(world.with(offer.to(), apply(state, SessionMoves.hold(state, offer.content()))));
    }
    return worlds;
  }

  private static void addLeaving(
      List<World> worlds, World world, String site, Whereabouts.Leaving leaving) {
    var state = world.at(site);
    worlds.add(world.with(site, apply(state, SessionMoves.cancel(state, leaving.nextTerm()))));
    if (world.offers().size() < OFFERS_MAX) {
      worlds.add(world.with(new Offer(leaving.to(), SessionMoves.offer(state, site))));
    }
    for (var offer : world.offers()) {
      if (offer.to().equals(leaving.to()) && hasHeld(world, offer)) {
        var released = SessionMoves.release(state, leaving.to(), offer.content().hash());
        worlds.add(world.with(site, apply(state, released)));
      }
    }
  }

  private static void addHeld(List<World> worlds, World world, String site, Whereabouts.Held held) {
    var state = world.at(site);
    for (var release : world.releases()) {
      if (release.to().equals(site)) {
        var taken = SessionMoves.takeUp(state, release.term(), release.hash());
        worlds.add(world.with(site, apply(state, taken)));
      }
    }
    var from = world.at(held.from()).whereabouts();
    var isReleased =
        from instanceof Whereabouts.Gone gone
            && gone.term() == held.term()
            && gone.to().equals(site);
    if (from.term() >= held.term() && !isReleased) {
      worlds.add(world.with(site, apply(state, SessionMoves.discard(state, held.term()))));
    }
  }

  private static boolean hasHeld(World world, Offer offer) {
    return world.at(offer.to()).whereabouts() instanceof Whereabouts.Held held
        && held.hash().equals(offer.content().hash());
  }
}
