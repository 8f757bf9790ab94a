package dev.weft.cluster.moving;

import static dev.weft.cluster.moving.FakeCarrier.state;
import static dev.weft.cluster.moving.Sights.NOON;
import static dev.weft.cluster.moving.Sights.REGION;
import static dev.weft.cluster.moving.Sights.SHOP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.Whereabouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ErrandsTest {

  private static final String TILL = "shop/till";

  private final FakeCarrier carrier = new FakeCarrier();
  private final List<String> noted = new ArrayList<>();
  private MovingState kept = MovingState.none();
  private final Errands errands =
      new Errands(
          SHOP,
          carrier,
          events -> {
            for (var event : kept.note(events, 100)) {
              kept = kept.on(event);
              noted.add(
                  switch (event) {
                    case MovingEvent.WentAway(var away) -> "away by " + away.term();
                    case MovingEvent.AwayEnded _ -> "ended";
                    case MovingEvent.DrainOrdered _, MovingEvent.DrainUndone _ -> "drain";
                  });
            }
            return CompletableFuture.completedFuture(kept);
          });

  private Outcome away(MoveReason reason) {
    var move = new SessionMove(TILL, "acme", SHOP, REGION, reason);
    return errands.bringAway(move, NOON).toCompletableFuture().join();
  }

  private Outcome home() {
    var gone = Optional.ofNullable(kept.away().get(TILL)).orElseThrow();
    return errands.bringHome(gone).toCompletableFuture().join();
  }

  private void fail(String step) {
    carrier.fail(step::equals);
  }

  private SiteName at() {
    return carrier.isAt(TILL, SHOP) ? SHOP : REGION;
  }

  @Test
  void whereItGoesIsNotedBeforeAndEndsWhenItIsHome() {
    carrier.put(TILL, SHOP, new Whereabouts.Here(4));

    assertEquals(Outcome.moved(), away(MoveReason.HEAT));
    assertEquals(REGION, at());
    assertEquals(Outcome.moved(), home());
    assertEquals(SHOP, at());
    assertEquals(List.of("away by 5", "ended"), noted);
    assertEquals(new Whereabouts.Here(6), carrier.find(TILL, SHOP).whereabouts());
  }

  @Test
  void whatIsNotToComeHomeIsNotNoted() {
    carrier.put(TILL, SHOP, new Whereabouts.Here(0));
    assertEquals(Outcome.moved(), away(MoveReason.RESIDENCY));
    assertEquals(List.of(), noted);
  }

  @Test
  void aMoveThatFailsIsNotedNoMore() {
    carrier.put(TILL, SHOP, new Whereabouts.Here(0));
    fail("move shop/till@region");

    assertEquals(Outcome.failed("move fails"), away(MoveReason.COST));
    assertEquals(Map.of(), kept.away());
    assertEquals(SHOP, at());
  }

  @Test
  void aMoveOfWhichNobodyKnowsHowItEndedStaysNoted() {
    carrier.put(TILL, SHOP, new Whereabouts.Here(0));
    carrier.fail(step -> step.startsWith("move") || step.startsWith("look") && !noted.isEmpty());

    assertEquals(Outcome.Kind.FAILED, away(MoveReason.COST).kind());
    assertEquals(List.of("away by 1"), noted);
    carrier.fail(_ -> false);
    assertEquals(Outcome.nothing("somebody else has closed or moved it"), home(), "it never went");
    assertEquals(Map.of(), kept.away());
    assertEquals(SHOP, at());
  }

  @Test
  void aReleaseOfWhichOnlyTheAnswerWasLostIsBroughtToItsEnd() {
    carrier.put(TILL, SHOP, new Whereabouts.Here(0));
    carrier.fail(
        step -> {
          if (step.startsWith("move")) {
            released();
            return true;
          }
          return false;
        });

    assertEquals(Outcome.moved(), away(MoveReason.DRAIN));
    assertEquals(REGION, at());
    assertEquals(1, kept.away().size());
  }

  private void released() {
    var held =
        new Whereabouts.Held(
            1,
            "shop",
            "",
            state(SessionState.Phase.OPEN, new Whereabouts.Here(1)),
            Optional.empty());
    carrier.put(TILL, REGION, held);
    carrier.put(TILL, SHOP, new Whereabouts.Gone(1, "region", ""));
  }

  @Test
  void whatWasHalfDoneIsEndedBeforeItComesHome() {
    kept =
        kept.on(new MovingEvent.WentAway(new Away(TILL, "acme", REGION, MoveReason.HEAT, 1, NOON)));
    released();

    assertEquals(Outcome.failed("it is on its way there"), home());
    assertEquals(Outcome.moved(), home());
    assertEquals(SHOP, at());
  }

  @Test
  void whatSomebodyElseMovedOrClosedStaysWhereItIs() {
    carrier.put(TILL, SHOP, new Whereabouts.Here(0));
    away(MoveReason.HEAT);
    carrier.put(TILL, REGION, new Whereabouts.Here(3));

    assertEquals(Outcome.nothing("somebody else has closed or moved it"), home());
    assertEquals(REGION, at());
    assertEquals(Map.of(), kept.away());

    carrier.put(TILL, SHOP, new Whereabouts.Here(4));
    away(MoveReason.HEAT);
    carrier.close(TILL, REGION);
    assertEquals(Outcome.Kind.NOTHING, home().kind());
  }

  @Test
  void whatIsNotHereOrClosedOrOnAnotherWayIsLeftAlone() {
    assertEquals(Outcome.nothing("it is not open at site 'shop'"), away(MoveReason.HEAT));
    carrier.close(TILL, SHOP);
    assertEquals(Outcome.Kind.NOTHING, away(MoveReason.HEAT).kind());
    carrier.put(TILL, SHOP, new Whereabouts.Gone(1, "other", ""));
    assertEquals(Outcome.Kind.NOTHING, away(MoveReason.HEAT).kind());
    carrier.put(TILL, SHOP, new Whereabouts.Leaving(1, "other"));
    assertEquals(Outcome.failed("it is about to go to site 'other'"), away(MoveReason.HEAT));
    assertEquals(List.of(), noted);
  }

  @Test
  void aSiteThatDoesNotAnswerIsAFailureAndNothingIsNoted() {
    carrier.put(TILL, SHOP, new Whereabouts.Here(0));
    fail("look shop/till@shop");
    var failed = away(MoveReason.HEAT);
    assertEquals(Outcome.Kind.FAILED, failed.kind());
    assertTrue(failed.why().contains("look fails"), failed.why());
    assertEquals(List.of(), noted);
  }
}
