package dev.weft.bench;

import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.tensor.TensorAllocator;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A stage that does nothing, so that everything measured is the fabric's own. */
final class EmptyStageCase implements TaxCase {

  private static final String NAME = "empty-stage";
  private static final int FRAMES = 3_000;
  private static final double BUSY_CPU_MICROS_MAX = 5;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(TaxRun run) {
    var stage =
        BenchManifests.stage(
            "bench-pass", PassFactory.KIND, PassFactory.SIGNATURE, Optional.empty());
    var manifest = BenchManifests.chain("bench-empty", List.of(stage));
    var input = FrameInput.floats("x", 16);
    try (var fabric =
            new FabricContender(
                run.weft(),
                run.weft().deploy(manifest, Map.of(stage.name(), stage)),
                List.of(input));
        var direct = new Direct(run.weft().tensors(), input)) {
      absolute(run, direct, fabric);
      busy(run, fabric);
    }
  }

  /** One blocking caller: each frame wakes a loop and the caller. */
  private static void absolute(TaxRun run, Contender direct, Contender fabric) {
    var extent = run.extent(FRAMES);
    try (var duel = new Duel(direct, fabric, 1)) {
      var rounds = duel.run(extent);
      var perRound = extent.pairs() * extent.frames();
      var cpu = TaxRun.spread(rounds, r -> r.contender().cpuMicros());
      var directCpu = TaxRun.spread(rounds, r -> r.baseline().cpuMicros());
      run.figures()
          .accept(
              figure("one-caller/cpu", cpu.median(), TaxRun.conditions(rounds, perRound, cpu))
                  .against(
                      "direct method call: %s us".formatted(Numbers.plain(directCpu.median()))));
      for (var percentile : List.of(50, 99)) {
        var latency = TaxRun.spread(rounds, r -> r.contender().latencyMicros(percentile));
        var conditions = TaxRun.conditions(rounds, perRound, latency);
        run.figures().accept(figure("one-caller/p" + percentile, latency.median(), conditions));
      }
    }
  }

  private static void busy(TaxRun run, FabricContender fabric) {
    var busy = BusyFrames.measure(run, fabric);
    run.figures()
        .accept(
            figure("busy/cpu", busy.micros().median(), busy.conditions())
                .withGoal(Goal.atMost(BUSY_CPU_MICROS_MAX)));
  }

  private static Figure figure(String name, double value, String conditions) {
    return Figure.of(TaxRun.BENCH, NAME + "/" + name, value, "us", conditions);
  }

  /** The stage as a method call, with the same leases. */
  private record Direct(TensorAllocator tensors, FrameInput input)
      implements Contender, RunContext {

    @Override
    public Caller newCaller() {
      var stage = new PassFactory.Pass();
      return () -> {
        try (var given = input.leased(tensors);
            var output = stage.run(this, List.of(given)).getFirst()) {
          return output.segment().get(ValueLayout.JAVA_FLOAT, 0);
        }
      };
    }

    @Override
    public Cancellation cancellation() {
      return Cancellation.NEVER;
    }

    @Override
    public Instant admittedAt() {
      return Instant.EPOCH;
    }

    @Override
    public long seed() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
