package dev.weft.cluster.route;

import static dev.weft.cluster.route.Frames.around;
import static dev.weft.cluster.route.Frames.frame;
import static dev.weft.cluster.route.Frames.here;
import static dev.weft.cluster.route.Frames.millis;
import static dev.weft.cluster.route.Frames.neighbour;
import static dev.weft.cluster.route.Frames.region;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.route.Route.Refusal;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteRuleTest {

  private static final long SECOND = 1_000_000_000;
  private static final Residency GERMANY = Residency.within(Set.of("eu-de"));

  private final RouteRule rule = new RouteRule(Frames.SETTINGS, PressureRule.NEUTRAL);

  private RouteDecision decide(FrameNeeds frame, Surroundings around) {
    return rule.decide(frame, around, Overflow.none(), 0).decision();
  }

  @Test
  void answersHereWhileThereIsTime() {
    var decision = decide(frame(), around(here(90), region("r1", 1)));
    assertEquals(new Route.Local(), decision.route());
    assertEquals(RouteReason.FITS_HERE, decision.reason());
    assertEquals("Answered here (fits here); 100 ms left.", decision.explanation());
  }

  @Test
  void goesToTheNextTierOfTheListThatIsInTimeAndThereToTheFastest() {
    var decision =
        decide(frame(), around(here(120), neighbour(95), region("r2", 40), region("r1", 30)));
    // 30 ms at the node, 10 ms round trip, 10,000 bytes at 1 MB/s.
    assertEquals(new Route.Away("r1", Frames.REGION, millis(50)), decision.route());
    assertEquals(RouteReason.TOO_LATE_HERE, decision.reason());
    assertEquals(
        "Answered by node r1 of frankfurt, expected in 50 ms (too late here); 100 ms left. Not"
            + " taken: local: 120 ms expected, at most 90 ms allowed; site node box-2 of shop-7:"
            + " 115 ms expected, at most 90 ms allowed; region node r2 of frankfurt: 60 ms"
            + " expected, slower.",
        decision.explanation());
  }

  @Test
  void prefersTheOwnSiteToAFasterRegion() {
    var decision = decide(frame(), around(here(120), region("r1", 1), neighbour(50)));
    assertEquals(new Route.Away("box-2", Frames.SHOP, millis(70)), decision.route());
  }

  @Test
  void leavesWhatCannotRunHereToWhoCan() {
    var bare = Frames.without(here(1), Frames.PIPELINE);
    var away = new Route.Away("r1", Frames.REGION, millis(21));
    assertEquals(away, decide(frame(), around(bare, region("r1", 1))).route());
    assertEquals(
        RouteReason.NOT_DEPLOYED_HERE, decide(frame(), around(bare, region("r1", 1))).reason());
    assertEquals(
        RouteReason.CLOSED_HERE,
        decide(frame(), around(Frames.closed(here(1)), region("r1", 1))).reason());
    var alone = decide(frame(), around(bare));
    assertEquals(new Route.Refused(Refusal.UNAVAILABLE), alone.route());
    var needy =
        new FrameNeeds(
            Frames.PIPELINE,
            millis(100),
            0,
            Set.of("npu"),
            Labels.none(),
            frame().reach(),
            false,
            Set.of());
    var unable = decide(needy, around(here(1), region("r1", 1)));
    assertEquals(RouteReason.UNABLE_HERE, unable.reason());
    assertEquals(new Route.Refused(Refusal.UNAVAILABLE), unable.route());
    assertTrue(unable.explanation().contains("it lacks npu"), unable.explanation());
  }

  @Test
  void takesNoNodeThatIsUnknownForLongCutOffOrClosed() {
    var stale = Frames.aged(region("r1", 1), Duration.ofSeconds(6));
    var cut = Frames.over(region("r2", 1), Frames.LINK.cut());
    var closed = Frames.closed(region("r3", 1));
    var decision = decide(frame(), around(here(120), stale, cut, closed));
    assertEquals(new Route.Local(), decision.route());
    var text = decision.explanation();
    assertTrue(text.contains("region node r1 of frankfurt: nothing is known of it for 6 s"), text);
    assertTrue(text.contains("region node r2 of frankfurt: the link to it is down"), text);
    assertTrue(text.contains("region node r3 of frankfurt: it takes no frames"), text);
  }

  @Test
  void countsWhatTheLinkTakes() {
    var slow = Frames.over(region("r1", 30), new LinkState(millis(10), 100_000, true));
    assertEquals(new Route.Local(), decide(frame(), around(here(120), slow)).route());
    assertEquals(millis(110), slow.link().hop(10_000));
  }

  @Test
  void explainsALinkThatWouldTakeForever() {
    var slowest = new LinkState(Duration.ofDays(1), 1, true);
    var needy =
        new FrameNeeds(
            Frames.PIPELINE,
            millis(100),
            Long.MAX_VALUE,
            Set.of(),
            Labels.none(),
            frame().reach(),
            false,
            Set.of());
    var decision = decide(needy, around(here(120), Frames.over(region("r1", 1), slowest)));
    assertEquals(new Route.Local(), decision.route());
    assertTrue(decision.explanation().contains("9223458436.9 s expected"), decision.explanation());
  }

  @Test
  void neverLeavesTheDeviceOrTheZones() {
    var others = around(here(500), neighbour(1), region("r1", 1));
    assertEquals(new Route.Local(), decide(frame(Residency.onDevice()), others).route());
    var abroad = around(here(500), Frames.in(neighbour(1), "us"), Frames.in(region("r1", 1)));
    var kept = decide(frame(GERMANY), abroad);
    assertEquals(new Route.Local(), kept.route());
    assertTrue(
        kept.explanation().contains("site node box-2 of shop-7: tenant 'acme' allows eu-de"),
        kept.explanation());
  }

  @Test
  void sendsWhatMayNotBeHereToWhereItMay() {
    var abroad = Frames.in(here(1), "us");
    var decision = decide(frame(GERMANY), around(abroad, region("r1", 1)));
    assertEquals("away", decision.code());
    assertEquals(RouteReason.NOT_ALLOWED_HERE, decision.reason());
    var lost =
        decide(
            frame(GERMANY, Fallback.REGION, Fallback.CHEAPER, Fallback.CACHED, Fallback.LOCAL),
            around(
                abroad,
                List.of(Frames.in(region("r1", 1), "us")),
                Optional.of(millis(1)),
                Optional.of(millis(1))));
    assertEquals(new Route.Refused(Refusal.RESIDENCY), lost.route());
  }

  @Test
  void walksTheListToItsEnd() {
    var all = new Fallback[] {Fallback.REGION, Fallback.CHEAPER, Fallback.CACHED, Fallback.REFUSE};
    var late = List.of(region("r1", 100));
    assertEquals(
        new Route.Cheaper(),
        decide(frame(all), around(here(120), late, Optional.of(millis(80)), Optional.of(millis(5))))
            .route());
    assertEquals(
        new Route.Cached(millis(5)),
        decide(
                frame(all),
                around(here(120), late, Optional.of(millis(101)), Optional.of(millis(5))))
            .route());
    var refused =
        decide(
            frame(all),
            around(here(120), late, Optional.empty(), Optional.of(Duration.ofSeconds(31))));
    assertEquals(new Route.Refused(Refusal.DEADLINE), refused.route());
    var text = refused.explanation();
    assertTrue(text.contains("cheaper: no cheaper variant is loaded"), text);
    assertTrue(text.contains("cached: 31 s old, at most 30 s allowed"), text);
    assertTrue(refused.recorded().startsWith("refused/too-late-here Refused (deadline"), text);
  }

  @Test
  void doesNotRefuseWhatFitsHereWithLittleToSpare() {
    var tight = decide(frame(Fallback.REGION, Fallback.REFUSE), around(here(95)));
    assertEquals(new Route.Local(), tight.route());
    assertEquals(RouteReason.TIGHT_HERE, tight.reason());
  }

  @Test
  void holdsHereWhatIsOnThisNodeAlone() {
    var held =
        new FrameNeeds(
            Frames.PIPELINE,
            millis(100),
            0,
            Set.of(),
            Labels.none(),
            frame().reach(),
            true,
            Set.of());
    assertEquals(new Route.Local(), decide(held, around(here(120), neighbour(1))).route());
  }

  @Test
  void decidesAnewWithoutTheNodeThatFailed() {
    var around = around(here(120), region("r1", 1), region("r2", 2));
    var first = decide(frame(), around);
    assertEquals(new Route.Away("r1", Frames.REGION, millis(21)), first.route());
    var second = decide(frame().after("r1", millis(60)), around);
    assertEquals(new Route.Away("r2", Frames.REGION, millis(22)), second.route());
    var third = decide(frame().after("r1", millis(60)).after("r2", millis(20)), around);
    assertEquals(new Route.Local(), third.route());
    var fourth =
        decide(
            frame().after("r1", millis(60)).after("r2", millis(20)).after("box-1", millis(10)),
            around);
    assertEquals(new Route.Refused(Refusal.UNAVAILABLE), fourth.route());
  }

  @Test
  void overflowsUntilThereIsRoomAgainAndNotBeforeTheDwellIsOver() {
    var quiet = around(here(10), region("r1", 30));
    var busy = around(here(95), region("r1", 30));
    var begun = rule.decide(frame(), busy, Overflow.none(), 0).next();
    assertTrue(begun.isUnderWay());
    var held = rule.decide(frame(), quiet, begun, 19 * SECOND);
    assertEquals("away", held.decision().code());
    assertEquals(RouteReason.OVERFLOWING, held.decision().reason());
    assertEquals(begun, held.next());
    var between = rule.decide(frame(), around(here(70), region("r1", 30)), begun, 30 * SECOND);
    assertEquals("away", between.decision().code());
    var ended = rule.decide(frame(), quiet, begun, 20 * SECOND);
    assertEquals(new Route.Local(), ended.decision().route());
    assertFalse(ended.next().isUnderWay());
    assertEquals(2, ended.next().switches());
    assertEquals(
        new Route.Local(),
        rule.decide(frame(), around(here(70), region("r1", 30)), ended.next(), 21 * SECOND)
            .decision()
            .route());
  }

  @Test
  void anOverflowTakesNoFrameThatHasNowhereToGo() {
    var begun = Overflow.none().begun(0);
    var alone = rule.decide(frame(Fallback.REGION, Fallback.REFUSE), around(here(10)), begun, 1);
    assertEquals(new Route.Local(), alone.decision().route());
    var late = rule.decide(frame(), around(here(120)), Overflow.none(), 0);
    assertFalse(late.next().isUnderWay(), "nothing went away");
  }

  @Test
  void pressureSpeaksForAnotherNodeOnlyWhereARuleSaysSo() {
    var hot =
        new Surroundings(
            here(10),
            List.of(region("r1", 30)),
            Optional.empty(),
            Optional::empty,
            List.of(new Pressure.Heat(1.2)));
    assertEquals(new Route.Local(), decide(frame(), hot).route());
    var heeding =
        new RouteRule(
            Frames.SETTINGS,
            pressures ->
                pressures.stream()
                    .anyMatch(each -> each instanceof Pressure.Heat(var share) && share > 1));
    var ruling = heeding.decide(frame(), hot, Overflow.none(), 0);
    assertEquals("away", ruling.decision().code());
    assertEquals(RouteReason.PRESSED, ruling.decision().reason());
    assertTrue(ruling.next().isUnderWay());
    assertEquals(
        new Route.Local(),
        heeding.decide(frame(Residency.onDevice()), hot, Overflow.none(), 0).decision().route());
  }

  @Test
  void theBookKeepsTheOverflowOfEachPipelineAndLane() {
    var book = new OverflowBook(rule);
    var busy = around(here(95), region("r1", 30));
    assertEquals("away", book.decide(frame(), Lane.PERCEPTION, busy, 0).code());
    assertTrue(book.overflow(Frames.PIPELINE, Lane.PERCEPTION).isUnderWay());
    assertFalse(book.overflow(Frames.PIPELINE, Lane.BACKGROUND).isUnderWay());
    var quiet = around(here(10), region("r1", 30));
    assertEquals("away", book.decide(frame(), Lane.PERCEPTION, quiet, SECOND).code());
    assertEquals("local", book.decide(frame(), Lane.BACKGROUND, quiet, SECOND).code());
  }

  @Test
  void boundsWhatIsKeptAndRecorded() {
    var many = new Candidate[100];
    for (var i = 0; i < many.length; i++) {
      many[i] = Frames.closed(region("region-node-" + i, 1));
    }
    var decision = decide(frame(), around(here(120), many));
    assertEquals(RouteDecision.CONSIDERED_MAX, decision.considered().size());
    assertEquals(RouteDecision.RECORDED_MAX, decision.recorded().length());
  }
}
