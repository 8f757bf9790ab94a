package dev.weft.cluster.fleet;

import static dev.weft.cluster.fleet.Fleets.AT;
import static dev.weft.cluster.fleet.Fleets.REGION;
import static dev.weft.cluster.fleet.Fleets.STAGE;
import static dev.weft.cluster.fleet.Fleets.accepted;
import static dev.weft.cluster.fleet.Fleets.advanced;
import static dev.weft.cluster.fleet.Fleets.draft;
import static dev.weft.cluster.fleet.Fleets.latest;
import static dev.weft.cluster.fleet.Fleets.node;
import static dev.weft.cluster.fleet.Fleets.report;
import static dev.weft.cluster.fleet.Fleets.started;
import static dev.weft.cluster.fleet.Fleets.told;
import static dev.weft.cluster.fleet.Fleets.view;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.fleet.FleetRollout.Phase;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetRuleTest {

  private static final FleetView ALL = view("region/a", "site-1/a", "site-2/a", "site-3/a");

  private static Optional<Order> order(FleetState state, String node) {
    return FleetRule.order(latest(state), node(node));
  }

  private static boolean isDue(FleetState state, String node) {
    return FleetRule.isDue(latest(state), node(node));
  }

  private static String refusal(FleetDecision decision) {
    return assertInstanceOf(FleetDecision.Refuse.class, decision).why();
  }

  @Test
  void theFirstWaveBeginsAndTheOthersAreFencedOff() {
    var state = started("site-1; rest", ALL);

    assertEquals(Optional.of(Order.BEGIN), order(state, "site-1/a"));
    assertEquals(Optional.of(Order.KEEP), order(state, "site-2/a"));
    assertEquals(Optional.empty(), order(state, "region/a"), "it is no edge, and not named");
    assertTrue(isDue(state, "site-2/a"));
    assertFalse(isDue(state, "region/a"));
    assertFalse(FleetRule.isDue(latest(state), node("site-1/b", Set.of("other"))));
  }

  @Test
  void aNodeOfTheRegionTakesPartWhereItsSiteIsNamed() {
    assertEquals(Optional.of(Order.BEGIN), order(started("region; rest", ALL), "region/a"));
  }

  @Test
  void theNextWaveBeginsWhenAllThatAreReachedHoldAndTheRolloutEndsWithTheLast() {
    var two = view("site-1/a", "site-1/b", "site-2/a");
    var state = started("site-1; rest", two);
    state = told(state, two, "site-1/a", Standing.HOLDS);
    assertEquals(1, latest(state).begun(), "b has not answered");
    state = told(state, two, "site-1/b", Standing.WATCHES);
    assertEquals(1, latest(state).begun(), "what is watched may still come back");
    state = told(state, two, "site-1/b", Standing.HOLDS);
    assertEquals(2, latest(state).begun());
    assertEquals(Phase.UNDER_WAY, latest(state).phase());

    state = told(state, two, "site-2/a", Standing.HOLDS);

    assertEquals(Phase.DONE, latest(state).phase());
    assertFalse(isDue(state, "site-2/a"));
    assertTrue(isDue(state, "site-9/a"), "one that comes later follows");
    assertEquals(Optional.of(Order.BEGIN), order(state, "site-9/a"));
  }

  @Test
  void aNodeThatTookItBackStopsTheNextWaveAndWhoTriesItGoesOn() {
    var two = view("site-1/a", "site-1/b", "site-1/c", "site-2/a");
    var state = started("site-1; rest", two);
    state = told(state, two, "site-1/b", Standing.TRIES);

    state = told(state, two, "site-1/a", Standing.ROLLED_BACK);

    assertEquals(Phase.STOPPED, latest(state).phase());
    assertEquals("node site-1/a took it back: psi of y 0.4", latest(state).why());
    assertEquals(Optional.of(Order.BEGIN), order(state, "site-1/b"));
    assertEquals(Optional.of(Order.KEEP), order(state, "site-1/c"), "it had not begun");
    assertEquals(Optional.of(Order.KEEP), order(state, "site-2/a"));
    state = told(state, two, "site-1/b", Standing.HOLDS);
    assertEquals(1, latest(state).begun());
    assertFalse(isDue(state, "site-1/b"));
  }

  @Test
  void theVariantGoesToThoseThatBeginAsTheRegionDeclaresIt() {
    var start = draft("int8", "site-1; rest");
    var known = Fleets.variants("fp32", "int8");
    var state = accepted(FleetState.none(), FleetState.none().start(start, REGION, known, ALL, AT));

    assertEquals(Optional.of(Fleets.declared("int8")), latest(state).declared());
    assertEquals(state, Fleets.after(FleetState.none(), state.events()));
    assertEquals(
        Optional.of(Fleets.declared("int8")),
        FleetRule.instruction(latest(state), Order.BEGIN).declared());
    assertEquals(
        Optional.empty(), FleetRule.instruction(latest(state), Order.ROLL_BACK).declared());
    var again = state.start(start, REGION, Fleets.variants("int8"), ALL, AT);
    assertEquals(state, accepted(state, again));
  }

  @Test
  void aWaveIsNotOverWhileANodeBringsTheModelAndOneThatIsAwayThenIsInNobodysWay() {
    var two = view("site-1/a", "site-1/b", "site-2/a");
    var state = started("site-1; rest", two);
    state = told(state, two, "site-1/a", Standing.HOLDS);
    state = told(state, two, "site-1/b", Standing.BRINGS);

    assertEquals(1, latest(state).begun());
    assertEquals(List.of("node site-1/b brings"), FleetRule.obstacles(latest(state), two));
    assertTrue(isDue(state, "site-1/b"));

    state = advanced(state, view("site-1/a", "site-2/a"));
    assertEquals(2, latest(state).begun());
  }

  @Test
  void whoOnlyBringsTheModelDoesNotBeginOnceAnotherTookItBack() {
    var two = view("site-1/a", "site-1/b", "site-2/a");
    var state = started("site-1; rest", two);
    state = told(state, two, "site-1/b", Standing.BRINGS);
    assertEquals(Optional.of(Order.BEGIN), order(state, "site-1/b"));

    state = told(state, two, "site-1/a", Standing.ROLLED_BACK);

    assertEquals(Optional.of(Order.KEEP), order(state, "site-1/b"));
    assertTrue(isDue(state, "site-1/b"), "it may have begun since, and is asked");
    state = told(state, two, "site-1/b", Standing.TRIES);
    assertEquals(Optional.of(Order.BEGIN), order(state, "site-1/b"));
  }

  @Test
  void allAreToldToTakeItBackAlsoThoseThatHoldIt() {
    var state = told(started("site-1; rest", ALL), ALL, "site-1/a", Standing.HOLDS);

    state = accepted(state, state.rollBack(STAGE, "no", AT));

    assertEquals(Optional.of(Order.ROLL_BACK), order(state, "site-1/a"));
    assertTrue(isDue(state, "site-1/a"));
    var instruction = FleetRule.instruction(latest(state), Order.ROLL_BACK);
    assertEquals(List.of(1L), instruction.takenBack());
    state = told(state, ALL, "site-1/a", report(1, Order.ROLL_BACK, Standing.KEEPS));
    assertFalse(isDue(state, "site-1/a"));
    assertTrue(isDue(state, "site-2/a"));
    assertEquals(state, accepted(state, state.rollBack(STAGE, "again", AT)));
  }

  @Test
  void aSiteThatIsAwayWaitsForNobodyUnlessItTriesTheCandidate() {
    var first = view("site-1/a");
    var state = started("site-1; rest", ALL);
    state = told(state, ALL, "site-1/a", Standing.HOLDS);
    state = told(state, ALL, "site-2/a", Standing.TRIES);
    assertEquals(2, latest(state).begun());

    assertEquals(
        List.of("node site-2/a tries; it is not reached now"),
        FleetRule.obstacles(latest(state), first));

    state = told(state, first, "site-2/a", Standing.HOLDS);
    assertEquals(Phase.DONE, latest(state).phase(), "site-3 follows when it is reached");
  }

  @Test
  void aWaveOfWhichNobodyIsReachedWaits() {
    var state = started("site-1; rest", ALL);

    assertEquals(
        List.of("no node of site-1 is reached that runs the stage"),
        FleetRule.obstacles(latest(state), view("site-2/a")));
  }

  @Test
  void whoWasStartedAnewIsToldAgain() {
    var state = told(started("site-1; rest", ALL), ALL, "site-1/a", Standing.HOLDS);
    var anew = new FleetView.Node(Fleets.id("site-1/a"), "h:1", 8, true, Set.of(STAGE));

    assertFalse(isDue(state, "site-1/a"));
    assertTrue(FleetRule.isDue(latest(state), anew));
  }

  @Test
  void aNodeThatFollowsAnotherRegionIsLeftAloneAndTheNextEpochIsAboveIts() {
    var state = started("site-1; rest", ALL);
    var foreign = new NodeReport(4, "region-2", Order.BEGIN, Standing.HOLDS, "", Fleets.PROCESS);

    state = told(state, ALL, "site-1/a", foreign);

    assertFalse(isDue(state, "site-1/a"));
    assertEquals(
        List.of("node site-1/a follows rollout 4 of region 'region-2' (expected: 1 of 'region')"),
        FleetRule.obstacles(latest(state), ALL));
    state = accepted(state, state.rollBack(STAGE, "", AT));
    state = accepted(state, state.start(draft("fp16", "rest"), REGION, Optional.empty(), ALL, AT));
    assertEquals(5, latest(state).epoch());
    assertEquals(List.of(1L), latest(state).takenBack());
  }

  @Test
  void refusesWhatCannotBeWithWhatWasExpected() {
    var none = FleetState.none();
    assertEquals(
        "site 'site-9': unknown (expected: one of region, site-1, site-2, site-3)",
        refusal(none.start(draft("int8", "site-9; rest"), REGION, Optional.empty(), ALL, AT)));
    var other = new FleetDraft("other", "int8", "", Wave.parse("rest"));
    assertEquals(
        "stage 'other': no node that is reached runs it (expected: one of score)",
        refusal(none.start(other, REGION, Optional.empty(), ALL, AT)));
    assertEquals(
        "variant 'int4': unknown to stage 'score' (expected: one of fp32, int8)",
        refusal(
            none.start(draft("int4", "rest"), REGION, Fleets.variants("fp32", "int8"), ALL, AT)));
    assertEquals(
        "stage 'score': no rollout of the fleet (expected: one of )",
        refusal(none.rollBack(STAGE, "", AT)));
  }

  @Test
  void oneOfAStageAtATimeAndTheSameOnceMoreChangesNothing() {
    var state = started("site-1; rest", ALL);

    var why = refusal(state.start(draft("fp16", "rest"), REGION, Optional.empty(), ALL, AT));
    assertTrue(why.startsWith("stage 'score': rollout 1 to 'int8' is under way"), why);
    var again = state.start(draft("int8", "site-1; rest"), REGION, Optional.empty(), ALL, AT);
    assertEquals(state, accepted(state, again));
  }
}
