package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.bench.cluster.SteadyFrames.Ended;
import dev.weft.bench.cluster.SteadyFrames.Report;
import java.nio.file.Path;
import java.time.Duration;
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

    for (var way : List.of("embedded", "1-process", "2-processes", "all-away")) {
      assertTrue(value(figures, "frames/" + way + "/rate") > 0, figures.toString());
    }
    assertTrue(value(figures, "frames/hop/cpu") > 0, figures.toString());
    assertTrue(value(figures, "frames/hop/1MiB/cpu") > 0, figures.toString());
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
  void findingANodeTakesNoLongerAmongManyThanListingThem() {
    var figures = figures("facts");

    assertTrue(
        value(figures, "facts/10000/find") < value(figures, "facts/10000/list"),
        figures.toString());
    assertTrue(value(figures, "facts/10000/heap") > 0, figures.toString());
  }

  @Test
  void aFrameIsLateFromWhenItWasDueAndAGapIsBetweenAnswersOfOneSession() {
    var report =
        new Report(
            List.of(
                new Ended(0, 0, 1_000_000, ""),
                new Ended(1, 10_000_000, 11_000_000, ""),
                new Ended(0, 20_000_000, 90_000_000, ""),
                new Ended(1, 30_000_000, 40_000_000, "UNAVAILABLE: gone"),
                new Ended(1, 50_000_000, 51_000_000, "")));

    assertEquals(1, report.delayed(Duration.ofMillis(50)));
    assertEquals(70_000_000, report.slowestNanos());
    assertEquals(89_000_000, report.longestGapNanos());
    assertEquals(List.of("UNAVAILABLE: gone"), report.problems());
    assertEquals(0, report.before(20_000_000).delayed(Duration.ofMillis(50)));
    assertEquals(
        40_000_000, report.from(30_000_000).before(60_000_000).frames().getFirst().endNanos());
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
