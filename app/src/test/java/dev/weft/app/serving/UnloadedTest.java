package dev.weft.app.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class UnloadedTest {

  @Test
  void whatWasTakenOutIsLeftOutUntilItIsTakenIn() {
    var out = Unloaded.none().with("b").with("a");
    assertEquals(List.of("a", "b"), out.names());
    assertEquals(Map.of("c", 3), out.outOf(Map.of("a", 1, "b", 2, "c", 3)));
    assertEquals(Map.of("a", 1), out.without("a").outOf(Map.of("a", 1, "b", 2)));
  }

  @Test
  void whatComesBackIsStillLeftOut() {
    var gone = Unloaded.none().with("a").seen(Set.of("b"));
    assertEquals(List.of(), gone.names());
    assertEquals(Map.of("b", 2), gone.outOf(Map.of("a", 1, "b", 2)));
    assertEquals(List.of("a"), gone.seen(Set.of("a", "b")).names());
    assertEquals(Unloaded.none(), gone.without("a"));
  }

  @Test
  void ofWhatIsGoneOnlySoMuchIsKept() {
    var out = Unloaded.none().with("z");
    var all = new TreeSet<String>();
    for (var i = 0; i < 2 * Unloaded.GONE_MAX; i++) {
      out = out.with("m" + i);
      all.add("m" + i);
    }
    out = out.seen(Set.of("z"));
    assertEquals(List.of("z"), out.names());
    assertEquals(Unloaded.GONE_MAX, out.gone().size());
    assertEquals(all.first(), new TreeSet<>(out.gone()).first());
  }
}
