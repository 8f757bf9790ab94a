package dev.weft.bench;

import dev.weft.bench.cluster.BenchCluster;
import dev.weft.bench.cluster.BenchNode;
import dev.weft.bench.cluster.NodeTerms;
import dev.weft.bench.process.ServerProcess;
import dev.weft.fabric.manifest.NodeManifest.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a site more costs those that are there, while nothing happens: sites of one node join step
 * by step, and the region's node (this process) and the first edge site's are looked at. Each costs
 * a straight line over the number of sites, or the line would not be worth the name: the points are
 * figures, too.
 */
final class ClusterSites {

  private static final List<Integer> EDGES = List.of(1, 4, 8, 16);
  private static final Duration SETTLING = Duration.ofSeconds(8);
  private static final Duration MEASURED = Duration.ofSeconds(8);
  private static final Duration QUICK = Duration.ofMillis(500);

  private static final long OWN = ProcessHandle.current().pid();

  /** What a process used: since it began, or in each second. */
  private record Used(double cpuMillis, double kilobytes) {

    static Used now(long pid) {
      return new Used(ProcessCpu.nanos(pid) / 1e6, ProcessNet.bytes(pid).orElse(0) / 1e3);
    }

    Used untilNow(long pid, double seconds) {
      var now = now(pid);
      return new Used((now.cpuMillis - cpuMillis) / seconds, (now.kilobytes - kilobytes) / seconds);
    }
  }

  private final BenchCluster cluster;
  private final BenchNode region;
  private final boolean isQuick;
  private final Consumer<Figure> figures;
  private final Slope regionCpu = new Slope();
  private final Slope regionBytes = new Slope();
  private final Slope regionHeap = new Slope();
  private final Slope edgeCpu = new Slope();
  private final Slope edgeBytes = new Slope();
  private final Slope edgeSockets = new Slope();

  private ClusterSites(
      BenchCluster cluster, BenchNode region, boolean isQuick, Consumer<Figure> figures) {
    this.cluster = cluster;
    this.region = region;
    this.isQuick = isQuick;
    this.figures = figures;
  }

  static void run(BenchOptions options, Consumer<Figure> figures)
      throws IOException, InterruptedException {
    try (var cluster = BenchCluster.open()) {
      var region = cluster.startHere(cluster.newNode("region", "a", Role.REGION));
      new ClusterSites(cluster, region, options.quick(), figures).run();
    }
  }

  private void run() throws IOException, InterruptedException {
    var edge = cluster.startApart(edge(0));
    var there = 1;
    for (var edges : isQuick ? List.of(1, 2) : EDGES) {
      if (edges > there) {
        var more = new ArrayList<NodeTerms>();
        for (; there < edges; there++) {
          more.add(edge(there));
        }
        var _ = cluster.startApart(more.toArray(NodeTerms[]::new));
      }
      var waited = BenchCluster.until("sites", () -> region.known().size() == edges + 1);
      measure(edges, edge, waited);
    }
    tellSlopes();
  }

  private NodeTerms edge(int number) throws IOException {
    return cluster.newNode("shop-" + number, "box", Role.EDGE);
  }

  private void measure(int edges, ServerProcess edge, long waitedNanos)
      throws InterruptedException {
    Thread.sleep((isQuick ? QUICK : SETTLING).toMillis());
    var heapKilobytes = usedHeapBytes() / 1e3;
    var seconds = (isQuick ? QUICK : MEASURED).toMillis() / 1e3;
    var ownBefore = Used.now(OWN);
    var edgeBefore = Used.now(edge.pid());
    Thread.sleep((long) (seconds * 1e3));
    var own = ownBefore.untilNow(OWN, seconds);
    var other = edgeBefore.untilNow(edge.pid(), seconds);
    tell(edges, "region", own, regionCpu, regionBytes);
    tell(edges, "edge", other, edgeCpu, edgeBytes);
    figure(edges + "/region/heap", heapKilobytes / 1e3, "MB", "after a collection");
    regionHeap.add(edges, heapKilobytes);
    ProcessNet.sockets(edge.pid())
        .ifPresent(
            sockets -> {
              figure(
                  edges + "/edge/sockets", sockets, "sockets", "open, listening ones among them");
              edgeSockets.add(edges, sockets);
            });
    figure(
        edges + "/known-after",
        waitedNanos / 1e9,
        "s",
        "from when the last ones listen until the region's node knows all");
  }

  private static long usedHeapBytes() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private void tell(int edges, String node, Used use, Slope cpu, Slope bytes) {
    var conditions = "%d edge sites of one node, idle, %s".formatted(edges, MEASURED);
    figure("%d/%s/cpu".formatted(edges, node), use.cpuMillis(), "ms/s", conditions);
    figure("%d/%s/bytes".formatted(edges, node), use.kilobytes(), "kB/s", conditions);
    cpu.add(edges, use.cpuMillis());
    bytes.add(edges, use.kilobytes());
  }

  private void tellSlopes() {
    var line = "slope of the line through %s edge sites".formatted(EDGES);
    figure("extra/region/cpu", regionCpu.value() * 1e3, "us/s", line);
    figure("extra/region/bytes", regionBytes.value() * 1e3, "B/s", line + ", read and written");
    figure("extra/region/heap", regionHeap.value(), "kB", line);
    figure("extra/edge/cpu", edgeCpu.value() * 1e3, "us/s", line);
    figure("extra/edge/bytes", edgeBytes.value() * 1e3, "B/s", line + ", read and written");
    figure("extra/edge/sockets", edgeSockets.value(), "sockets", line);
  }

  private void figure(String name, double value, String unit, String conditions) {
    figures.accept(Figure.of(ClusterBench.NAME, "sites/" + name, value, unit, conditions));
  }
}
