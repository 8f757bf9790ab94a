package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench of clusters works; what its figures are worth is for a quiet machine to tell. */
class ClusterBenchTest {

  @TempDir private Path folder;

  @Test
  void framesOfSessionsElsewhereCostMoreThanThoseHere() {
    var figures = figures("frames");

    for (var way : List.of("embedded", "1-process", "2-processes", "3-processes", "all-away")) {
      assertTrue(value(figures, "frames/" + way + "/rate") > 0, figures.toString());
    }
    assertTrue(value(figures, "frames/hop/cpu") > 0, figures.toString());
    assertTrue(value(figures, "frames/hop/1MiB/cpu") > 0, figures.toString());
  }

  @Test
  void sessionsOfAProcessThatIsKilledGoOnAtTheOther() {
    var figures = figures("kill");

    assertTrue(value(figures, "kill/1-of-2/all-sessions-again") > 0, figures.toString());
    assertTrue(value(figures, "kill/1-of-2/frames-beside") >= 0, figures.toString());
  }

  @Test
  void aSessionMovesWhileItsFramesComeAndNoneFails() {
    var figures = figures("move");

    assertTrue(value(figures, "move/time") > 0, figures.toString());
    assertEquals(0, value(figures, "move/failed-frames"), figures.toString());
  }

  @Test
  void theLinkIsHeldAgainstPlainGrpc() {
    var figures = figures("link");

    for (var size : List.of("1KiB", "64KiB", "1MiB")) {
      var cpu = figures.get("link/%s/16/cpu".formatted(size));
      assertTrue(cpu != null && cpu.value() > 0, figures.toString());
      assertTrue(cpu.baseline().orElseThrow().startsWith("plain gRPC: "), cpu.toString());
      assertTrue(value(figures, "link/%s/1/p50".formatted(size)) > 0, figures.toString());
    }
  }

  @Test
  void everySiteMoreIsHeardOf() {
    var figures = figures("sites");

    assertTrue(value(figures, "sites/2/region/cpu") > 0, figures.toString());
    assertTrue(figures.containsKey("sites/extra/edge/bytes"), figures.toString());
  }

  @Test
  void findingANodeTakesNoLongerAmongManyThanListingThem() {
    var figures = figures("facts");

    assertTrue(
        value(figures, "facts/10000/find") < value(figures, "facts/10000/list"),
        figures.toString());
    assertTrue(value(figures, "facts/10000/heap") > 0, figures.toString());
  }

  @Test
  void anUnknownCaseIsRefusedBeforeAnythingIsStarted() {
    var error = assertThrows(BenchException.class, () -> figures("frames", "speed"));

    assertEquals(
        "cluster: 'speed' (expected: some of [frames, hand-off, move, kill, link, sites, facts])",
        error.getMessage());
  }

  private static double value(Map<String, Figure> figures, String name) {
    var figure = figures.get(name);
    if (figure == null) {
      throw new AssertionError("%s (expected: among %s)".formatted(name, figures.keySet()));
    }
    return figure.value();
  }

  private Map<String, Figure> figures(String... cases) {
    var figures = new TreeMap<String, Figure>();
    new ClusterBench()
        .run(
            new BenchOptions(true, folder, List.of(cases)),
            figure -> figures.put(figure.name(), figure));
    return figures;
  }
}
