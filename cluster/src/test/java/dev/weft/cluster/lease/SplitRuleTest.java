package dev.weft.cluster.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.lease.SplitSight.Cut;
import dev.weft.cluster.lease.SplitVerdict.Ask;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitRuleTest {

  private static final List<String> THREE = List.of("a", "b", "c");
  private static final int VIEWS = 3_000;

  /** By word of all that are told to miss others. */
  private static SplitSight sight(String self, List<String> full, Set<Cut> cuts) {
    var heard = cuts.stream().map(Cut::from).collect(Collectors.toSet());
    return new SplitSight(self, full, List.of(), cuts, heard);
  }

  /** Cuts in both directions between all of {@code some} and all of {@code others}. */
  private static Set<Cut> between(List<String> some, List<String> others) {
    var cuts = new HashSet<>(from(some, others));
    cuts.addAll(from(others, some));
    return cuts;
  }

  /** What {@code some} know of who does not reach whom, if they hear only each other. */
  private static Set<Cut> from(List<String> some, List<String> others) {
    var cuts = new HashSet<Cut>();
    some.forEach(one -> others.forEach(other -> cuts.add(new Cut(one, other))));
    return cuts;
  }

  private static SplitVerdict asked(Ask ask, Set<String> granted, Set<String> denied) {
    return new SplitVerdict(ask, granted, denied);
  }

  @Test
  void oneThatAllOthersMissAndThatIsHeardOfEndsAlone() {
    var cuts = between(List.of("a"), List.of("b", "c"));

    assertEquals(SplitVerdict.end(Set.of("a")), SplitRule.decide(sight("a", THREE, cuts)));
    assertEquals(
        asked(Ask.AT_ONCE, Set.of("a"), Set.of("a")), SplitRule.decide(sight("b", THREE, cuts)));
    assertEquals(SplitVerdict.end(Set.of("a")), SplitRule.decide(sight("c", THREE, cuts)));
  }

  @Test
  void ofHalvesThatHearOfEachOtherTheFirstAsksAndTheOtherEnds() {
    var four = List.of("a", "b", "c", "d");
    var cuts = between(List.of("a", "d"), List.of("b", "c"));

    assertEquals(
        asked(Ask.AT_ONCE, Set.of("b", "c"), Set.of("a", "d")),
        SplitRule.decide(sight("a", four, cuts)));
    // Two of one part do not compete, and nobody ends as the first has the right.
    assertEquals(
        asked(Ask.LAST, Set.of("b", "c"), Set.of()), SplitRule.decide(sight("d", four, cuts)));
    for (var other : List.of("b", "c")) {
      assertEquals(SplitVerdict.end(Set.of("b", "c")), SplitRule.decide(sight(other, four, cuts)));
    }
  }

  @Test
  void whoHearsNothingOfTheOthersAsksAndTheLesserPartLater() {
    assertEquals(
        asked(Ask.LAST, Set.of("b", "c"), Set.of("a")),
        SplitRule.decide(sight("a", THREE, from(List.of("a"), List.of("b", "c")))));
    assertEquals(
        asked(Ask.AT_ONCE, Set.of("a"), Set.of("b", "c")),
        SplitRule.decide(sight("b", THREE, from(List.of("b", "c"), List.of("a")))));
  }

  @Test
  void ofTwoThatHearNothingOfEachOtherTheFirstAsksAtOnce() {
    var two = List.of("a", "b");

    assertEquals(
        asked(Ask.AT_ONCE, Set.of("b"), Set.of("a")),
        SplitRule.decide(sight("a", two, from(List.of("a"), List.of("b")))));
    assertEquals(
        asked(Ask.LATER, Set.of("a"), Set.of("b")),
        SplitRule.decide(sight("b", two, from(List.of("b"), List.of("a")))));
  }

  @Test
  void whoHeardWhatWasToldLatelyRunsThoughHeIsMissed() {
    var cuts = Set.of(new Cut("b", "a"), new Cut("c", "a"));
    var silent = sight("b", THREE, cuts);
    var heard = new SplitSight("b", THREE, List.of(), cuts, Set.of("a", "b"));

    assertEquals(asked(Ask.AT_ONCE, Set.of("a"), Set.of("b", "c")), SplitRule.decide(silent));
    assertEquals(asked(Ask.AT_ONCE, Set.of("a"), Set.of("a")), SplitRule.decide(heard));
  }

  @Test
  void ofTwoThatDoNotReachEachOtherButAThirdTheLastEnds() {
    var cuts = between(List.of("a"), List.of("c"));

    for (var self : THREE) {
      assertEquals(Set.of("c"), SplitRule.decide(sight(self, THREE, cuts)).granted());
    }
  }

  @Test
  void whoIsNotAFullMemberCountsForNothingAndGoesWithThoseItReaches() {
    var cuts = between(List.of("a"), List.of("b", "x"));
    var sight = new SplitSight("a", List.of("a", "b"), List.of("x"), cuts, Set.of());

    assertEquals(asked(Ask.AT_ONCE, Set.of("b", "x"), Set.of("a")), SplitRule.decide(sight));
  }

  @Test
  void whoIsGoneIsLeftToTheJournalUntilThoseHeardOfHaveCounted() {
    var five = List.of("a", "b", "c", "d", "e");
    var cuts = new HashSet<>(between(List.of("a"), List.of("b", "c", "d")));
    cuts.addAll(from(List.of("a", "b", "c", "d"), List.of("e")));

    assertEquals(Set.of("a"), SplitRule.decide(sight("b", five, cuts)).granted());
    var then = from(List.of("b", "c", "d"), List.of("e"));
    assertEquals(
        asked(Ask.AT_ONCE, Set.of("e"), Set.of("b", "c", "d")),
        SplitRule.decide(sight("b", List.of("b", "c", "d", "e"), then)));
  }

  @Test
  void aLinkThatComesAndGoesEndsTheLesserPartAndNobodyWhileItIsThere() {
    assertEquals(
        SplitVerdict.end(Set.of("a")),
        SplitRule.unstable(sight("b", THREE, from(List.of("b", "c"), List.of("a")))));
    assertEquals(SplitVerdict.end(Set.of()), SplitRule.unstable(sight("b", THREE, Set.of())));
  }

  @Test
  void nobodyEndsAndNobodyAsksWhereNobodyIsMissed() {
    assertEquals(SplitVerdict.end(Set.of()), SplitRule.decide(sight("a", THREE, Set.of())));
  }

  @Test
  void whoMissedAnotherOneBeforeItWasGoneItselfIsLeftToTheJournal() {
    var order = List.of("b", "a", "c");
    var cuts = Set.of(new Cut("a", "c"), new Cut("b", "c"), new Cut("a", "b"));

    var gone = new SplitSight("a", order, List.of(), cuts, Set.of("a"));
    assertEquals(asked(Ask.LAST, Set.of("b", "c"), Set.of("a")), SplitRule.decide(gone));
    var heard = new SplitSight("a", order, List.of(), cuts, Set.of("a", "b"));
    assertEquals(SplitVerdict.end(Set.of("a")), SplitRule.decide(heard));
  }

  @Test
  void itselfIsAmongThoseThatItKnows() {
    assertThrows(IllegalArgumentException.class, () -> sight("x", THREE, Set.of()));
  }

  /** Sides of a random split of up to nine nodes, in random order of names. */
  private record Split(List<String> all, List<String> here, List<String> there) {

    static Split random(Random random) {
      var count = 2 + random.nextInt(8);
      var all = IntStream.range(0, count).mapToObj(i -> "n" + i).toList();
      var here = new ArrayList<String>();
      var there = new ArrayList<String>();
      all.forEach(node -> (random.nextBoolean() ? here : there).add(node));
      if (here.isEmpty() || there.isEmpty()) {
        return random(random);
      }
      return new Split(all, here, there);
    }

    List<String> greater() {
      return here.size() > there.size() ? here : there;
    }
  }

  /** Who goes on of those that decide by {@code cuts}, where one asker gets the right. */
  private static Set<String> staying(
      List<String> part, List<String> all, Set<Cut> cuts, boolean isGranted) {
    var staying = new TreeSet<>(part);
    for (var node : part) {
      var verdict = SplitRule.decide(sight(node, all, cuts));
      staying.removeAll(isGranted ? verdict.granted() : verdict.denied());
    }
    return staying;
  }

  @Test
  void ofTwoPartsThatHearOfEachOtherOneGoesOnWhole() {
    var random = new Random(1);
    for (var i = 0; i < VIEWS; i++) {
      var split = Split.random(random);
      var cuts = between(split.here(), split.there());
      var isHalf = split.here().size() == split.there().size();
      var winner =
          isHalf ? (split.here().contains("n0") ? split.here() : split.there()) : split.greater();
      var staying = staying(split.all(), split.all(), cuts, true);
      assertEquals(new TreeSet<>(winner), staying, split::toString);
      if (!isHalf) {
        assertEquals(staying, staying(split.all(), split.all(), cuts, false), split::toString);
      }
    }
  }

  @Test
  void ofTwoPartsThatHearNothingOfEachOtherTheOneWithTheRightGoesOnWhole() {
    var random = new Random(2);
    for (var i = 0; i < VIEWS; i++) {
      var split = Split.random(random);
      var here = from(split.here(), split.there());
      var there = from(split.there(), split.here());
      for (var isHere : List.of(true, false)) {
        var staying = staying(split.here(), split.all(), here, isHere);
        staying.addAll(staying(split.there(), split.all(), there, !isHere));
        assertEquals(
            new TreeSet<>(isHere ? split.here() : split.there()), staying, split::toString);
      }
    }
  }

  @Test
  void theGreaterPartIsNeverEndedByALesserThatHearsOfIt() {
    var random = new Random(3);
    for (var i = 0; i < VIEWS; i++) {
      var split = Split.random(random);
      if (split.here().size() == split.there().size()) {
        continue;
      }
      var lesser = split.greater().equals(split.here()) ? split.there() : split.here();
      var some = new ArrayList<>(between(split.here(), split.there()));
      // Word of the others comes late: of each node of the greater part there is some.
      some.removeIf(cut -> !lesser.contains(cut.from()) && !cut.to().equals(lesser.getFirst()));
      for (var node : lesser) {
        var verdict = SplitRule.decide(sight(node, split.all(), Set.copyOf(some)));
        assertFalse(
            split.greater().stream().anyMatch(verdict.granted()::contains), split::toString);
      }
    }
  }

  @Test
  void thoseThatGoOnReachEachOtherWhateverIsCut() {
    var random = new Random(4);
    for (var i = 0; i < VIEWS; i++) {
      var all = IntStream.range(0, 2 + random.nextInt(8)).mapToObj(n -> "n" + n).toList();
      var cuts = new HashSet<Cut>();
      for (var one : all) {
        for (var other : all) {
          if (!one.equals(other) && random.nextInt(4) == 0) {
            cuts.add(new Cut(one, other));
          }
        }
      }
      var sight = sight(all.get(random.nextInt(all.size())), all, cuts);
      var staying = new TreeSet<>(all);
      staying.removeAll(SplitRule.unstable(sight).granted());
      assertFalse(staying.isEmpty(), sight::toString);
      for (var one : staying) {
        assertTrue(staying.stream().noneMatch(other -> sight.isCut(one, other)), sight::toString);
      }
    }
  }
}
