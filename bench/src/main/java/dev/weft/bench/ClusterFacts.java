package dev.weft.bench;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsActor;
import dev.weft.cluster.fact.FactsCodec;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What facts of many nodes cost the node that hears them, as far as its own book of them goes: one
 * thread reads what they tell, keeps it and looks for nodes.
 */
final class ClusterFacts {

  private static final List<Integer> NODES = List.of(10, 100, 1_000, 10_000);
  private static final Duration STALE_AFTER = Duration.ofMinutes(10);
  private static final int HEARD = 200_000;
  private static final int QUICK_DIVISOR = 50;
  private static final int LISTS_MAX = 2_000;
  private static final int NODES_FOR_HEAP = 1_000;
  private static final int PIPELINES = 10;
  private static final Set<String> PIPELINE_NAMES =
      IntStream.range(0, PIPELINES).mapToObj(i -> "pipeline-" + i).collect(Collectors.toSet());
  private static final Set<String> VARIANT_NAMES =
      IntStream.range(0, PIPELINES)
          .mapToObj(i -> "stage-" + i + "@int8")
          .collect(Collectors.toSet());
  private static final Map<String, Long> FORECASTS =
      PIPELINE_NAMES.stream().collect(Collectors.toMap(name -> name, _ -> 12_000_000L));

  /** How the codec calls what it writes. */
  private static final String MANIFEST = "cluster.facts.v1";

  private final int nodes;
  private final int heard;
  private final FactsCodec codec = new FactsCodec();
  private final FactBook book;
  private long sequence;

  private ClusterFacts(int nodes, int heard) {
    this.nodes = nodes;
    this.heard = heard;
    this.book = new FactBook(STALE_AFTER, nodes, System::nanoTime);
  }

  static void run(BenchOptions options, Consumer<Figure> figures) {
    var heard = options.quick() ? HEARD / QUICK_DIVISOR : HEARD;
    // For the compiler.
    new ClusterFacts(NODES.getFirst(), heard).run(_ -> {});
    NODES.forEach(nodes -> new ClusterFacts(nodes, heard).run(figures));
    try (var gossip = new GossipCodec()) {
      for (var nodes : NODES) {
        figures.accept(
            Figure.of(
                ClusterBench.NAME,
                "facts/%d/gossip".formatted(nodes),
                gossip.bytes(nodes) / 1e3,
                "kB",
                "%d sites of one node, what Akka's gossip says of them, compressed, as it sends it"
                    .formatted(nodes)));
      }
    }
  }

  private void run(Consumer<Figure> figures) {
    var before = usedHeapBytes();
    hear(nodes);
    var heap = usedHeapBytes() - before;
    var rounds = Math.max(1, heard / nodes);
    var telling = nanos(() -> tell(rounds * nodes)) / (rounds * (double) nodes);
    var both = nanos(() -> hear(rounds * nodes)) / (rounds * (double) nodes);
    var finding = nanos(() -> find(heard)) / (double) heard;
    var lists = Math.clamp(heard / nodes, 1, LISTS_MAX);
    var listing = nanos(() -> list(lists)) / (double) lists;
    var conditions =
        "%d nodes, each with %d pipelines and as many variants, CPU time"
            .formatted(nodes, PIPELINES);
    figure("bytes", bytes(0).length, "bytes", conditions + ", what one tells", figures);
    figure("tell", telling / 1e3, "us", conditions + ", to write what one tells", figures);
    figure("hear", (both - telling) / 1e3, "us", conditions + ", to read and keep it", figures);
    figure("find", finding / 1e3, "us", conditions + ", to find one by its name", figures);
    figure("list", listing / 1e3, "us", conditions + ", to list all in order", figures);
    // Less than some hundred kB is not told from what the JVM has by itself.
    if (nodes >= NODES_FOR_HEAP) {
      figure("heap", heap / 1e3 / nodes, "kB", conditions + ", of the heap for each", figures);
    }
  }

  private void figure(
      String name, double value, String unit, String conditions, Consumer<Figure> figures) {
    figures.accept(
        Figure.of(
            ClusterBench.NAME, "facts/%d/%s".formatted(nodes, name), value, unit, conditions));
  }

  /** CPU time of the process, which does nothing else. */
  private static long nanos(Runnable work) {
    var begun = ProcessCpu.nanos();
    work.run();
    return ProcessCpu.nanos() - begun;
  }

  private void tell(int count) {
    for (var i = 0; i < count; i++) {
      if (bytes(i % nodes).length == 0) {
        throw new IllegalStateException("nothing was told");
      }
    }
  }

  /** So many tellings, in turns of the nodes. */
  private void hear(int count) {
    try {
      for (var i = 0; i < count; i++) {
        var told = (FactsActor.Told) codec.fromBinary(bytes(i % nodes), MANIFEST);
        book.told(told.facts());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void find(int count) {
    for (var i = 0; i < count; i++) {
      var id = NodeId.find(site(i % nodes) + "/box");
      if (id.flatMap(book::find).isEmpty()) {
        throw new IllegalStateException("%s was told of and is not known".formatted(id));
      }
    }
  }

  private void list(int count) {
    for (var i = 0; i < count; i++) {
      if (book.all().size() != nodes) {
        throw new IllegalStateException(
            "%d nodes (expected: %d)".formatted(book.all().size(), nodes));
      }
    }
  }

  private static String site(int node) {
    return "site-" + node;
  }

  private byte[] bytes(int node) {
    return codec.toBinary(
        new FactsActor.Told(
            new NodeFacts(
                "box",
                new SiteName(site(node)),
                NodeManifest.Role.EDGE,
                NodeClass.STANDARD,
                1,
                "10.0.0.1:25520",
                "10.0.0.1:25521",
                Set.of("eu-de"),
                state(++sequence))));
  }

  private static NodeFacts.State state(long sequence) {
    return new NodeFacts.State(
        sequence,
        PIPELINE_NAMES,
        VARIANT_NAMES,
        0.5,
        OptionalDouble.of(0.25),
        1 << 28,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        FORECASTS,
        true);
  }

  private static long usedHeapBytes() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
