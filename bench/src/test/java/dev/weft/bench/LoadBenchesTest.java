package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.bench.chart.ChartFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each bench under load works; what its figures are worth is for a quiet machine to tell. */
class LoadBenchesTest {

  @TempDir private Path folder;

  @Test
  void overloadHoldsLanesAgainstOneLaneAndAgainstFifo() throws IOException {
    var names = quick(new OverloadBench(), "overload-latency.svg");

    assertContains(names, "lanes/misses", "lanes/background", "one-lane/misses", "fifo/misses");
  }

  @Test
  void goodputIsTakenAtEveryLoadOnBothSides() throws IOException {
    var names = quick(new GoodputBench(), "goodput.svg");

    assertContains(names, "fabric/closed-loop", "fabric/1x", "fabric/8x", "fifo/1x", "fifo/8x");
  }

  @Test
  void wasteIsTakenForDeadlinesAndForCallersWhoLeave() throws IOException {
    var names = quick(new WasteBench());

    assertContains(names, "fabric/deadline", "fabric/cancel", "fifo/deadline", "fifo/cancel");
  }

  @Test
  void fairnessIsTakenForCallersAndForTenants() throws IOException {
    var names = quick(new FairBench(), "fair-tenants.svg");

    assertContains(names, "fabric/slowest-caller", "fabric/small-tenant", "fifo/large-tenant");
  }

  @Test
  void batchingIsHeldAgainstNoneAndAgainstAWindow() throws IOException {
    var names = quick(new BatchBench(), "batch.svg");

    assertContains(names, "natural/throughput", "natural/throughput-to-window");
  }

  @Test
  void swapsUnderLoadAllSucceed() throws IOException {
    var figures = figures(new SwapBench(), "swap-memory.svg");

    for (var figure : figures) {
      if (figure.name().endsWith("failed-swaps")) {
        assertEquals(0, figure.value(), figure.toString());
      }
    }
    assertContains(
        names(figures), "failed-frames", "failed-swaps", "cold/failed-frames", "cold/memory");
  }

  @Test
  void loopsAreHeldAgainstASharedPoolForEachNumberOfCallers() throws IOException {
    var names = quick(new LoopsBench());

    assertContains(
        names, "loops/1-callers/cpu", "loops/64-callers/p99", "run-to-end/8-callers/p50");
  }

  @Test
  void benchesThatAwaitTheFabricRunAsFarAsTheyGo() throws IOException {
    assertContains(quick(new SpikeBench(), "spike.svg"), "fabric/misses", "fifo/misses");
    quick(new ShadowCostBench());
  }

  private Set<String> quick(Bench bench, String... pictures) throws IOException {
    return names(figures(bench, pictures));
  }

  private List<Figure> figures(Bench bench, String... pictures) throws IOException {
    var figures = new ArrayList<Figure>();
    var bytes = new ByteArrayOutputStream();
    var writer =
        new FigureWriter(new PrintStream(bytes, true, StandardCharsets.UTF_8), true, "a machine");
    bench.run(
        new BenchOptions(true, folder, List.of()),
        figure -> {
          figures.add(figure);
          writer.write(figure);
        });
    var lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(figures.size(), lines.size());
    var drawn = ChartFiles.draw(lines, folder);
    assertEquals(
        List.of(pictures), drawn.stream().map(file -> file.getFileName().toString()).toList());
    return figures;
  }

  private static Set<String> names(List<Figure> figures) {
    return figures.stream().map(Figure::name).collect(Collectors.toSet());
  }

  private static void assertContains(Set<String> names, String... wanted) {
    assertTrue(names.containsAll(List.of(wanted)), names.toString());
  }
}
