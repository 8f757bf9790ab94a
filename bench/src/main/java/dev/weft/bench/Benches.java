package dev.weft.bench;

import java.util.List;

/** All benches. */
public final class Benches {

  private static final List<Bench> ALL =
      List.of(
          new AppendBench(),
          new BatchBench(),
          new ClusterBench(),
          new FairBench(),
          new GatewayBench(),
          new GoodputBench(),
          new IpcBench(),
          new JmhBench(),
          new JournalBench(),
          new LoopsBench(),
          new OverloadBench(),
          new QuantizeBench(),
          new RolloutsBench(),
          new ShadowCostBench(),
          new SoakBench(),
          new SpikeBench(),
          new SwapBench(),
          new TaxBench(),
          new WasteBench());

  private Benches() {}

  /** Sorted by name. */
  public static List<Bench> all() {
    return ALL;
  }

  /**
   * The bench of this name.
   *
   * @throws BenchException naming those there are, if there is none
   */
  public static Bench named(String name) {
    return ALL.stream()
        .filter(bench -> bench.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BenchException(
                    "bench: '%s' (expected: one of %s)"
                        .formatted(name, ALL.stream().map(Bench::name).toList())));
  }
}
