package dev.weft.cluster.moving;

import static dev.weft.cluster.moving.Sights.ALL;
import static dev.weft.cluster.moving.Sights.DWELL;
import static dev.weft.cluster.moving.Sights.NOON;
import static dev.weft.cluster.moving.Sights.REGION;
import static dev.weft.cluster.moving.Sights.SHOP;
import static dev.weft.cluster.moving.Sights.STAY;
import static dev.weft.cluster.moving.Sights.book;
import static dev.weft.cluster.moving.Sights.busy;
import static dev.weft.cluster.moving.Sights.situation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.moving.Sights.Told;
import dev.weft.cluster.route.Label;
import dev.weft.cluster.route.Labels;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MoveRuleTest {

  private static final Told HUB = Told.of(REGION, "hub").celsius(Double.NaN);
  private static final Told HOT = Told.of(SHOP, "till").celsius(90);
  private static final Told DEAR = Told.of(SHOP, "till").price(100);

  private final MoveRule rule = new MoveRule(ALL);
  private MoveMemory memory = MoveMemory.none();
  private Instant now = NOON;

  private MoveRule.Round round(Situation situation, MoveRule.Book book) {
    var round = rule.decide(situation, book, memory, now);
    memory = round.next();
    return round;
  }

  /** What is decided after it was so for long enough. */
  private MoveRule.Round settled(Situation situation, MoveRule.Book book) {
    round(situation, book);
    now = now.plus(DWELL);
    return round(situation, book);
  }

  private List<SessionMove> away(Situation situation) {
    return settled(situation, book()).away();
  }

  private static SessionMove goes(String session, SiteName to, MoveReason reason) {
    return new SessionMove(session, "acme", SHOP, to, reason);
  }

  private static Away gone(MoveReason reason, Instant at) {
    return new Away("shop/0", "acme", REGION, reason, 1, at);
  }

  @Test
  void sessionsLeaveASiteThatIsHotForLongAndFewAtATime() {
    var hot = situation(busy(10), HOT, HUB);

    assertEquals(List.of(), round(hot, book()).away());
    now = now.plus(DWELL.minusMillis(1));
    assertEquals(List.of(), round(hot, book()).away());
    now = now.plusMillis(1);
    var away = round(hot, book()).away();

    assertEquals(ALL.movesMax(), away.size());
    assertEquals(goes("shop/0", REGION, MoveReason.HEAT), away.getFirst());
    var busyWithOthers = new MoveRule.Book(Map.of(), Set.of("shop/0"), ALL.underWayMax() - 1);
    assertEquals(
        List.of(goes("shop/1", REGION, MoveReason.HEAT)), round(hot, busyWithOthers).away());
  }

  @Test
  void whatIsHotForAMomentOnlyDoesNotCount() {
    round(situation(busy(1), HOT, HUB), book());
    now = now.plus(DWELL.dividedBy(2));
    round(situation(busy(1), HOT.celsius(80), HUB), book());
    now = now.plus(DWELL.dividedBy(2));

    assertEquals(List.of(), round(situation(busy(1), HOT, HUB), book()).away());
  }

  @Test
  void aNeighbourThatIsCoolHasTheSessionsInstead() {
    var door = Told.of(SHOP, "door").celsius(60);
    assertEquals(List.of(), away(situation(busy(1), HOT, door, HUB)));
    memory = MoveMemory.none();
    assertEquals(
        List.of(), away(situation(busy(1), HOT, door.celsius(Double.NaN), HUB)), "not told");
    memory = MoveMemory.none();
    assertEquals(1, away(situation(busy(1), HOT, door.celsius(85), HUB)).size());
    memory = MoveMemory.none();
    assertEquals(
        1,
        away(situation(busy(1), HOT, door.pipelines("hear"), HUB)).size(),
        "which could not run them");
  }

  @Test
  void aNeighbourOfWhichNothingIsHeardMayBeCool() {
    var facts = List.of(HOT.facts(), HUB.facts());
    var silent = Told.of(SHOP, "door").member(true);
    var members = List.of(HOT.member(true), HUB.member(true), silent);
    var situation =
        new Situation(
            facts.getFirst(), SiteSight.of(facts, members), Map.of(), Labels.none(), busy(1));

    assertEquals(List.of(), away(situation));
  }

  @Test
  void noSessionGoesWhereItIsNotTaken() {
    for (var hub :
        List.of(
            HUB.celsius(75), HUB.load(0.8), HUB.pipelines("hear"), HUB.leaving(), HUB.draining())) {
      memory = MoveMemory.none();
      assertEquals(List.of(), away(situation(busy(1), HOT, hub)), hub.toString());
    }
    for (var isReached : new boolean[] {true, false}) {
      var facts = isReached ? List.of(HOT.facts()) : List.of(HOT.facts(), HUB.facts());
      var members = List.of(HOT.member(true), HUB.member(isReached));
      memory = MoveMemory.none();
      assertEquals(
          List.of(),
          away(
              new Situation(
                  facts.getFirst(),
                  SiteSight.of(facts, members),
                  Map.of(),
                  Labels.none(),
                  busy(1))));
    }
  }

  @Test
  void theLeastLoadedSiteTakesThem() {
    var other = Told.of(new SiteName("other"), "x").load(0.05);
    assertEquals(
        List.of(goes("shop/0", other.site(), MoveReason.HEAT)),
        away(situation(busy(1), HOT, HUB, other)));
  }

  @Test
  void newSessionsQuietOnesAndThoseOfOtherHomesStay() {
    var fed =
        List.of(
            new Situation.Fed("shop/new", "acme", STAY.minusMillis(1), Duration.ZERO),
            new Situation.Fed("shop/quiet", "acme", STAY, Duration.ofSeconds(60)),
            busy("region/guest", "acme"));
    assertEquals(List.of(), away(situation(fed, HOT, HUB)));
  }

  @Test
  void sessionsComeHomeWhenItIsCoolForLong() {
    var gone = book(gone(MoveReason.HEAT, NOON.minus(STAY)));

    assertEquals(List.of(), settled(situation(List.of(), HOT, HUB), gone).home());
    assertEquals(
        List.of(), settled(situation(List.of(), HOT.celsius(76), HUB), gone).home(), "between");
    var cool = situation(List.of(), HOT.celsius(74), HUB);
    assertEquals(List.of(), round(cool, gone).home());
    now = now.plus(DWELL);
    assertEquals(
        List.of(new SessionMove("shop/0", "acme", REGION, SHOP, MoveReason.HEAT)),
        round(cool, gone).home());
    assertEquals(
        List.of(), round(cool, book(gone(MoveReason.HEAT, now.minusSeconds(1)))).home(), "soon");
    assertEquals(List.of(), round(cool, book(gone(MoveReason.DRAIN, NOON))).home());
  }

  @Test
  void aProcessThatJustStartedBringsNobodyHomeBeforeItKnows() {
    var gone = book(gone(MoveReason.HEAT, NOON.minus(STAY)));
    var cool = situation(List.of(), HOT.celsius(50), HUB);

    assertEquals(List.of(), round(cool, gone).home());
    now = now.plus(DWELL);
    assertEquals(1, round(cool, gone).home().size());
  }

  @Test
  void sessionsGoWhereItIsCheaperByTheMarginAndComeBackWhenItIsNot() {
    assertEquals(List.of(), away(situation(busy(1), DEAR, HUB.price(84))));
    assertEquals(
        List.of(goes("shop/0", REGION, MoveReason.COST)),
        away(situation(busy(1), DEAR, HUB.price(83))));

    var gone = book(gone(MoveReason.COST, NOON.minus(STAY)));
    assertEquals(List.of(), settled(situation(List.of(), DEAR, HUB.price(90)), gone).home());
    assertEquals(1, settled(situation(List.of(), DEAR, HUB.price(91)), gone).home().size());
    memory = MoveMemory.none();
    assertEquals(List.of(), away(situation(busy(1), DEAR, HUB.price(-1))), "not told");
  }

  @Test
  void aSessionThatHeatSentStaysWhereItIsCheaper() {
    var gone = book(gone(MoveReason.HEAT, NOON.minus(STAY)));
    var cool = situation(List.of(), DEAR, HUB.price(10));
    assertEquals(List.of(), settled(cool, gone).home());
  }

  @Test
  void residencyOutweighsHeatAndMovesWhatMayNotBeHere() {
    var us = Map.of("acme", Residency.within(List.of("us")));
    var hub = HUB.zones("us");
    var cool = HOT.celsius(50);

    assertEquals(
        List.of(goes("shop/0", REGION, MoveReason.RESIDENCY)),
        round(situation(us, busy(1), List.of(cool, hub)), book()).away());
    var nowhere = round(situation(us, busy(3), List.of(cool, HUB)), book());
    assertEquals(List.of(), nowhere.away());
    assertEquals(3, nowhere.unplaced());
    var eu = Map.of("acme", Residency.within(List.of("eu-de")));
    assertEquals(List.of(), settled(situation(eu, busy(1), List.of(HOT, hub)), book()).away());
    var half = Told.of(REGION, "other").zones("us");
    assertEquals(
        List.of(),
        settled(situation(eu, busy(1), List.of(HOT, HUB, half)), book()).away(),
        "it may come to live on any of its nodes");
    var device = Map.of("acme", Residency.onDevice());
    assertEquals(List.of(), settled(situation(device, busy(1), List.of(HOT, HUB)), book()).away());
  }

  @Test
  void whereASessionMayBeIsMendedAtOnceAndNothingBringsItBackForThat() {
    var us = Map.of("acme", Residency.within(List.of("us")));
    var nodes = List.of(HOT.celsius(50), HUB.zones("us", "eu-de"));
    var gone = gone(MoveReason.RESIDENCY, now);
    for (var change = 0; change < 3; change++) {
      assertEquals(
          List.of(goes("shop/0", REGION, MoveReason.RESIDENCY)),
          round(situation(us, busy(1), nodes), book()).away());
      now = now.plus(STAY);
      var free = settled(situation(Map.of(), List.of(), nodes), book(gone));
      assertEquals(List.of(), free.home(), "it may be where it is");
      now = now.plus(STAY);
      assertEquals(List.of(), round(situation(Map.of(), List.of(), nodes), book(gone)).home());
      var there = List.of(nodes.getLast(), nodes.getFirst());
      assertEquals(
          List.of(),
          settled(situation(change % 2 == 0 ? us : Map.of(), busy(1), there), book()).away(),
          "nor does its new site send it away, whatever is said now");
    }
  }

  @Test
  void whatPipelinesSayHoldsForTheirSessions() {
    var facts = List.of(HOT.facts(), HUB.zones("us").facts());
    var label =
        new Label(Label.Party.PIPELINE, "look", Residency.within(List.of("eu-de", "eu-fr")));
    var situation =
        new Situation(
            facts.getFirst(),
            SiteSight.of(facts, List.of(HOT.member(true), HUB.member(true))),
            Map.of(),
            Labels.of(label),
            busy(1));
    assertEquals(List.of(), away(situation));
  }

  @Test
  void nothingMovesByItselfOfASiteThatIsDrained() {
    var gone = book(gone(MoveReason.COST, NOON.minus(STAY)));
    var round = settled(situation(busy(3), HOT.draining(), HUB), gone);
    assertEquals(List.of(), round.away());
    assertEquals(List.of(), round.home());
  }

  @Test
  void nothingMovesThatIsOff() {
    var off = new MoveRule(Sights.settings(false, false, false));
    var situation =
        situation(
            Map.of("acme", Residency.within(List.of("us"))),
            busy(3),
            List.of(HOT, HUB.zones("us").price(1)));
    var first = off.decide(situation, book(), memory, now);
    var second = off.decide(situation, book(), first.next(), now.plus(DWELL));
    assertEquals(List.of(), second.away());
    assertEquals(0, second.unplaced());
  }

  @Test
  void noMoreGoThanCanBeRemembered() {
    var away = new Away[ALL.awayMax()];
    for (var each = 0; each < away.length; each++) {
      away[each] = new Away("shop/x" + each, "acme", REGION, MoveReason.HEAT, 1, NOON);
    }
    assertEquals(List.of(), settled(situation(busy(3), HOT, HUB), book(away)).away());
  }

  @Test
  void refusesSettingsThatCannotBe() {
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new MoveSettings(
                    new MoveSettings.Heat(true, 70, 75),
                    ALL.cost(),
                    true,
                    ALL.interval(),
                    DWELL,
                    STAY,
                    STAY,
                    STAY,
                    1,
                    1,
                    1,
                    1,
                    DWELL,
                    ALL.drain()));
    assertTrue(
        String.valueOf(wrong.getMessage())
            .contains("heat.above 70.0, heat.below 75.0 (expected: below <= above)"),
        wrong.getMessage());
  }
}
