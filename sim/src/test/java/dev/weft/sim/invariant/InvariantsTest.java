package dev.weft.sim.invariant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.fabric.replay.SessionCheck.Match;
import dev.weft.sim.invariant.AcknowledgedKept.Deleted;
import dev.weft.sim.invariant.Conservation.Counts;
import dev.weft.sim.invariant.DeliveredOnce.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each invariant on what holds and on what does not. */
class InvariantsTest {

  @Test
  void whatWasAcknowledgedIsThereOrDeletedOnPurpose() {
    var acknowledged = Map.of(1L, "a", 2L, "b");

    assertEquals(
        List.of(),
        AcknowledgedKept.check("x", acknowledged, Map.of(2L, "b"), List.of(new Deleted(1, 1))));
    assertEquals(
        List.of("acknowledged-kept: x: record 1 is gone"),
        texts(AcknowledgedKept.check("x", acknowledged, Map.of(2L, "b"), List.of())));
    assertEquals(
        List.of("acknowledged-kept: x: record 2 has changed"),
        texts(AcknowledgedKept.check("x", acknowledged, Map.of(1L, "a", 2L, "c"), List.of())));
  }

  @Test
  void aPrefixHasNoHoleAndBeginsWhereItMay() {
    assertEquals(
        List.of(), GapFreePrefix.check("x", Map.of("s", List.of(3L, 4L)), Map.of("s", 3L)));
    assertEquals(
        List.of("gap-free-prefix: x s: begins with 2 (expected: <= 1)"),
        texts(GapFreePrefix.check("x", Map.of("s", List.of(2L)), Map.of())));
    assertEquals(
        List.of("gap-free-prefix: x s: 3 follows 1"),
        texts(GapFreePrefix.check("x", Map.of("s", List.of(1L, 3L)), Map.of())));
  }

  @Test
  void mostOfASiteStay() {
    assertEquals(List.of(), MajorityStays.check("x", List.of("a"), 2));
    assertEquals(
        List.of("majority-stays: x: [a, b] ended of 3 (expected: at most half)"),
        texts(MajorityStays.check("x", List.of("a", "b"), 3)));
  }

  @Test
  void everyFrameIsAnsweredOrInside() {
    assertEquals(List.of(), Conservation.check("x", new Counts(6, 1, 2, 1, 2)));
    // Answered at its deadline, and still inside until its run ends.
    assertEquals(List.of(), Conservation.check("x", new Counts(6, 1, 3, 1, 2)));
    assertEquals(1, Conservation.check("x", new Counts(6, 1, 2, 1, 1)).size());
    assertEquals(1, Conservation.check("x", new Counts(6, 5, 1, 1, 0)).size());
  }

  @Test
  void anEffectTakesPlaceOnce() {
    assertEquals(List.of(), NoDoubleEffect.check("x", Map.of("a", 1)));
    assertEquals(
        List.of("no-double-effect: x: a took place 2 times"),
        texts(NoDoubleEffect.check("x", Map.of("a", 2))));
  }

  @Test
  void aGapHasOneLoss() {
    var deleted = List.of(new Deleted(1, 3), new Deleted(4, 5));

    assertEquals(List.of(), OneLossPerGap.check("x", 2, 2, deleted, List.of(6L)));
    assertEquals(
        List.of("one-loss-record-per-gap: x: 2 lacking, losses count 1"),
        texts(OneLossPerGap.check("x", 2, 1, List.of(), List.of())));
    assertEquals(
        1,
        OneLossPerGap.check("x", 0, 0, List.of(new Deleted(1, 3), new Deleted(3, 4)), List.of())
            .size());
    assertEquals(1, OneLossPerGap.check("x", 0, 0, deleted, List.of(5L)).size());
  }

  @Test
  void aSinkHasWhatWasPromisedEachOnce() {
    var promised = Map.of(2L, "b");
    var there = Map.of(2L, "b", 3L, "a loss");
    var deleted = List.of(new Deleted(1, 1));
    var all = List.of(new Item(1, "a"), new Item(2, "b"), new Item(3, "a loss"));

    assertEquals(List.of(), DeliveredOnce.check("x", promised, there, deleted, all));
    assertEquals(
        List.of("delivered-once: x: 2 comes after 2"),
        texts(
            DeliveredOnce.check(
                "x", promised, promised, deleted, List.of(new Item(2, "b"), new Item(2, "b")))));
    assertEquals(
        List.of("delivered-once: x: 3 is missing: a loss"),
        texts(DeliveredOnce.check("x", promised, there, deleted, all.subList(0, 2))));
    assertEquals(
        List.of("delivered-once: x: 2: c (expected: b)"),
        texts(DeliveredOnce.check("x", promised, promised, deleted, List.of(new Item(2, "c")))));
    assertEquals(
        List.of("delivered-once: x: 3 was never there: a loss"),
        texts(DeliveredOnce.check("x", promised, promised, deleted, all)));
  }

  @Test
  void aSessionWasToldOfFramesThatTheTraceHas() {
    assertEquals(List.of(), SessionMeetsTrace.check("x", 2, Match.MET, List.of()));
    assertEquals(List.of(), SessionMeetsTrace.check("x", 0, Match.UNKNOWN, List.of()));
    assertEquals(
        List.of(
            "session-meets-trace: session x: was told of frames through 2: UNKNOWN (expected:"
                + " MET)"),
        texts(SessionMeetsTrace.check("x", 2, Match.UNKNOWN, List.of())));
    assertEquals(
        List.of("session-meets-trace: a mark"),
        texts(SessionMeetsTrace.check("x", 2, Match.MET, List.of("a mark"))));
  }

  @Test
  void damageIsToldWhereItIsAndNowhereElse() {
    assertEquals(List.of(), DamageTold.check("x", Set.of("a"), Set.of("a")));
    assertEquals(
        List.of("damage-told: x: damage of a is not told"),
        texts(DamageTold.check("x", Set.of("a"), Set.of())));
    assertEquals(
        List.of("damage-told: x: a is whole and told as damaged"),
        texts(DamageTold.check("x", Set.of(), Set.of("a"))));
  }

  @Test
  void whoCannotMakeItIsToldSoAtOnceAndWhenToComeBack() {
    var later = Optional.of(Duration.ofMillis(1));

    assertEquals(List.of(), RefusedAtOnce.check("x", Duration.ZERO, later));
    assertEquals(1, RefusedAtOnce.check("x", Duration.ofNanos(1), later).size());
    assertEquals(1, RefusedAtOnce.check("x", Duration.ZERO, Optional.empty()).size());
  }

  @Test
  void boundsHoldUpToTheirValue() {
    assertEquals(List.of(), BoundsHeld.check("x", 4, 4));
    assertEquals(List.of("bounds-held: x: 5 (expected: <= 4)"), texts(BoundsHeld.check("x", 5, 4)));
  }

  @Test
  void nothingWaitsLongerThanItMay() {
    assertEquals(List.of(), Liveness.check("x", Duration.ofMillis(1), Duration.ofMillis(1)));
    assertEquals(1, Liveness.check("x", Duration.ofMillis(2), Duration.ofMillis(1)).size());
  }

  @Test
  void anAnswerIsOnesOwnUnlessTheEngineMayBeBroken() {
    var own = new float[] {1, 2};
    var broken = new float[] {Float.NaN, Float.NaN};

    assertEquals(List.of(), OwnAnswer.check("x", own.clone(), List.of(broken, own), false));
    assertEquals(List.of(), OwnAnswer.check("x", broken, List.of(own), true));
    assertEquals(1, OwnAnswer.check("x", broken, List.of(own), false).size());
    assertEquals(1, OwnAnswer.check("x", new float[] {1, 3}, List.of(own), true).size());
  }

  @Test
  void findingsTellEachAndKeepTheFirst() {
    var told = new ArrayList<String>();
    var findings = new Findings(told::add);

    for (var i = 0; i <= Findings.MAX; i++) {
      findings.add("a", "b");
    }

    assertEquals(Findings.MAX, findings.violations().size());
    assertEquals(1, findings.more());
    assertEquals("VIOLATION a: b", told.getFirst());
  }

  private static List<String> texts(List<Violation> violations) {
    return violations.stream().map(Violation::toString).toList();
  }
}
