package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.bench.chart.Chart;
import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Series;
import dev.weft.bench.load.Arrivals;
import dev.weft.bench.load.ClosedResult;
import dev.weft.bench.load.LoadResult;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.Target;
import dev.weft.bench.load.Terms;
import dev.weft.fabric.manifest.Lane;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Whether callers of one lane, and tenants of one lane, each get their share. */
final class FairBench implements Bench {

  private static final String NAME = "fair";
  private static final int CALLERS = 64;
  private static final Duration CLOSED = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final double SLOWEST_RATIO_MAX = 2;
  private static final int LARGE_FACTOR = 10;
  private static final double LOAD = 2;
  private static final Duration DEADLINE = Duration.ofMillis(200);
  private static final Duration TENANTS = Duration.ofSeconds(15);
  private static final double SHARE_MIN = 0.9;
  private static final String SMALL = "small";
  private static final String LARGE = "large";

  private static final Chart SHARES =
      new Chart(
          "fair-tenants",
          "Two tenants offer 1:10, together twice what can be done",
          Chart.Kind.BARS,
          Axis.linear("tenant"),
          Axis.linear("answers in time, % of its fair share"));

  /** Share of its due that each tenant got, 0 to 1 and a little. */
  private record Shares(double small, double large) {
    /** Due is all it asks for to the small one, and to the large one what is left. */
    static Shares of(LoadResult result, double capacity) {
      var asked = capacity * LOAD / (1 + LARGE_FACTOR);
      return new Shares(
          1 - result.stream(SMALL).missedShare(),
          result.stream(LARGE).goodputPerSecond() / (capacity - asked));
    }

    Series drawn(String legend, String conditions) {
      return Series.of(SHARES, legend, conditions)
          .add("offers 1", small * 100)
          .add("offers 10", large * 100)
          .build();
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "The slowest of 64 callers of one lane, and two tenants that offer 1:10.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    LoadRig.run(options, rig -> run(rig, figures));
  }

  private static void run(LoadRig rig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    var fabric = rig.target(rig.deploy("bench-fair"));
    var capacity = rig.capacity(fabric);
    var terms = Terms.of(Lane.INTERACTIVE, PATIENCE);
    figures.accept(
        slowest("fabric", rig.closed(fabric, terms, CALLERS, CLOSED), capacity, rig)
            .withGoal(Goal.atMost(SLOWEST_RATIO_MAX)));
    try (var naive = rig.naive()) {
      figures.accept(slowest("fifo", rig.closed(naive, terms, CALLERS, CLOSED), capacity, rig));
    }
    var result = offer(rig, fabric, capacity);
    var shares = Shares.of(result, capacity);
    var drawn =
        "answers within %d ms, capacity %s/s, %s"
            .formatted(DEADLINE.toMillis(), Numbers.plain(capacity), rig.conditions());
    figures.accept(
        share("fabric", SMALL, shares.small(), result, capacity, rig)
            .withGoal(Goal.atLeast(SHARE_MIN)));
    figures.accept(
        share("fabric", LARGE, shares.large(), result, capacity, rig)
            .withGoal(Goal.atLeast(SHARE_MIN))
            .drawn(shares.drawn("Weft", drawn)));
    try (var naive = rig.naive()) {
      var ofNaive = offer(rig, naive, capacity);
      var naiveShares = Shares.of(ofNaive, capacity);
      figures.accept(share("fifo", SMALL, naiveShares.small(), ofNaive, capacity, rig));
      figures.accept(
          share("fifo", LARGE, naiveShares.large(), ofNaive, capacity, rig)
              .drawn(naiveShares.drawn("naive server, FIFO", drawn)));
    }
  }

  private static LoadResult offer(LoadRig rig, Target target, double capacity)
      throws InterruptedException {
    var small = capacity * LOAD / (1 + LARGE_FACTOR);
    var terms = Terms.of(Lane.INTERACTIVE, DEADLINE);
    return rig.open(
        TENANTS,
        new Stream(SMALL, Arrivals.poisson(small, 1), terms.from(SMALL), target),
        new Stream(LARGE, Arrivals.poisson(small * LARGE_FACTOR, 2), terms.from(LARGE), target));
  }

  private static Figure slowest(String side, ClosedResult result, double capacity, LoadRig rig) {
    var even = CALLERS / capacity;
    var waits = result.waits();
    return Figure.of(
            NAME,
            side + "/slowest-caller",
            result.slowestSeconds() / even,
            "ratio",
            "longest wait of %d calls by %d callers (p50 %s ms, p99 %s ms), %d refused, %s"
                .formatted(
                    result.completedCount(),
                    CALLERS,
                    Numbers.plain(waits.getValueAtPercentile(50) / 1e6),
                    Numbers.plain(waits.getValueAtPercentile(99) / 1e6),
                    result.refusedCount(),
                    rig.conditions()))
        .against("callers / capacity: %s ms".formatted(Numbers.plain(even * 1e3)));
  }

  private static Figure share(
      String side, String tenant, double share, LoadResult result, double capacity, LoadRig rig) {
    return Figure.of(
            NAME,
            "%s/%s-tenant".formatted(side, tenant),
            share,
            "ratio",
            "answers within %d ms, together %s times capacity of %s/s; %s; %s, %s"
                .formatted(
                    DEADLINE.toMillis(),
                    Numbers.plain(LOAD),
                    Numbers.plain(capacity),
                    result.stream(tenant),
                    result.generator(),
                    rig.conditions()))
        .against(tenant.equals(SMALL) ? "all it asked for" : "what the small one leaves");
  }
}
