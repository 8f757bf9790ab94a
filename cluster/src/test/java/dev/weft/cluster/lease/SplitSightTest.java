package dev.weft.cluster.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.lease.SplitSight.Cut;
import dev.weft.cluster.lease.SplitVerdict.Ask;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitSightTest {

  private static SplitSight sight(Set<Cut> cuts, Set<String> heard) {
    return new SplitSight("a", List.of("a", "b", "c", "d"), List.of(), cuts, heard);
  }

  @Test
  void whatAMissedNodeToldCountsOnlyIfItWasHeardOfSince() {
    var cuts = Set.of(new Cut("a", "b"), new Cut("b", "c"));

    assertFalse(sight(cuts, Set.of()).isMissed("c"));
    assertFalse(sight(cuts, Set.of()).runs("b"));
    assertTrue(sight(cuts, Set.of("b")).isMissed("c"));
    assertTrue(sight(cuts, Set.of("b")).runs("b"));
  }

  @Test
  void nobodyLosesHisVoiceByTheWordOfWhoIsGone() {
    var cuts = Set.of(new Cut("a", "b"), new Cut("b", "c"), new Cut("c", "d"));

    assertEquals(Set.of(new Cut("a", "b"), new Cut("c", "d")), sight(cuts, Set.of()).cuts());
  }

  @Test
  void onlyWhatIsToldAfterANodeWasFirstMissedIsWordOfIt() {
    var voices = new SplitVoices();
    voices.note(Set.of("b"), Map.of("b", 3L));
    voices.note(Set.of("b"), Map.of("b", 3L));
    assertEquals(Set.of(), voices.heard());

    voices.note(Set.of("b"), Map.of("b", 4L));
    assertEquals(Set.of("b"), voices.heard());

    voices.note(Set.of(), Map.of("b", 5L));
    voices.note(Set.of("b"), Map.of("b", 5L));
    assertEquals(Set.of(), voices.heard(), "missed anew");
  }

  @Test
  void wordOfANodeLapsesUnlessItSpeaksAgain() {
    var voices = new SplitVoices();
    voices.note(Set.of("b", "c"), Map.of());
    voices.note(Set.of("b", "c"), Map.of("b", 1L, "c", 1L));
    for (var look = 0; look < 10; look++) {
      voices.look();
    }
    assertEquals(Set.of("b", "c"), voices.heard());
    voices.note(Set.of("b", "c"), Map.of("b", 1L, "c", 2L));
    voices.look();
    assertEquals(Set.of("c"), voices.heard());
  }

  @Test
  void whoIsToWaitAsksAfterAsManyLooksAtWhatIsTheSame() {
    var turn = new SplitTurn(4);
    for (var look = 0; look < 4; look++) {
      assertFalse(turn.isDue(Ask.LAST, Set.of("b")));
    }
    assertTrue(turn.isDue(Ask.LAST, Set.of("b")));
    assertFalse(turn.isDue(Ask.LAST, Set.of("b", "c")), "others are missed");
    assertTrue(turn.isDue(Ask.LATER, Set.of("b", "c")));
    turn.reset();
    assertFalse(turn.isDue(Ask.LATER, Set.of("b", "c")), "others were reached again");
    assertTrue(turn.isDue(Ask.AT_ONCE, Set.of("b")));
    assertFalse(turn.isDue(Ask.NOT, Set.of("b")));
  }
}
