package dev.weft.app.mishap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.mishap.Mishap.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MishapPlanTest {

  private static final List<String> NODES = List.of("region/a", "site-1/a", "site-1/b");
  private static final EnumSet<Kind> ALL = EnumSet.allOf(Kind.class);

  private static List<Mishap> mishaps(long seed, EnumSet<Kind> kinds, int count) {
    var plan = new MishapPlan(seed, kinds, NODES, List.of("site-1"));
    return Stream.generate(plan::next).limit(count).toList();
  }

  @Test
  void eachKindComesOnceBeforeAnyComesAgain() {
    for (var seed = 0; seed < 50; seed++) {
      var two = mishaps(seed, ALL, 2 * ALL.size());
      for (var round : List.of(two.subList(0, ALL.size()), two.subList(ALL.size(), two.size()))) {
        assertEquals(ALL, round.stream().map(Mishap::kind).collect(Collectors.toSet()));
      }
    }
  }

  @Test
  void followsFromItsSeed() {
    assertEquals(mishaps(7, ALL, 40), mishaps(7, ALL, 40));
    assertNotEquals(mishaps(7, ALL, 40), mishaps(8, ALL, 40));
  }

  @Test
  void happensToWhatThereIs() {
    for (var mishap : mishaps(3, ALL, 500)) {
      assertTrue(
          mishap.kind().isOfSite()
              ? mishap.target().equals("site-1")
              : NODES.contains(mishap.target()),
          mishap.toString());
    }
    assertTrue(
        mishaps(3, EnumSet.of(Kind.KILL, Kind.DEAF), 100).stream()
            .allMatch(mishap -> mishap.kind() == Kind.KILL || mishap.kind() == Kind.DEAF));
  }

  @Test
  void lastsFromHalfASecondToTwentySecondsOrIsOverAtOnce() {
    for (var mishap : mishaps(5, ALL, 1_000)) {
      var isInBounds =
          mishap.lasts().compareTo(Duration.ofMillis(500)) >= 0
              && mishap.lasts().compareTo(Duration.ofSeconds(20)) <= 0;
      assertEquals(!mishap.kind().isOverAtOnce(), isInBounds, mishap.toString());
      assertEquals(mishap.kind().isOverAtOnce(), mishap.lasts().isZero(), mishap.toString());
    }
  }
}
