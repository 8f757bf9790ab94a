package dev.weft.bench;

import dev.weft.bench.ChainActor.Layout;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Who should run the stages of a chain: one-thread loops with a replica each, or one pool shared by
 * all stage actors. Bare actors, so that nothing else of the fabric is in the figures.
 */
final class LoopsBench implements Bench {

  private static final String NAME = "loops";
  private static final List<Integer> CALLERS = List.of(1, 2, 8, 64);
  private static final int FRAMES = 16_000;
  private static final int ROUNDS = 5;
  private static final int PAIRS = 4;
  private static final int QUICK_DIVISOR = 40;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Chains of three tiny stages: one-thread loops against a pool shared by all stages.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    var loops = Runtime.getRuntime().availableProcessors();
    try (var shared = ChainActor.start(Layout.SHARED_POOL, loops);
        var oneThread = ChainActor.start(Layout.LOOPS, loops);
        var runToEnd = ChainActor.start(Layout.RUN_TO_END, loops)) {
      for (var callers : CALLERS) {
        compare("loops", shared, oneThread, callers, options.quick(), figures);
        compare("run-to-end", shared, runToEnd, callers, options.quick(), figures);
      }
    }
  }

  private static void compare(
      String name,
      Contender shared,
      Contender contender,
      int callers,
      boolean quick,
      Consumer<Figure> figures) {
    var frames = FRAMES / callers;
    var extent =
        quick
            ? new Duel.Extent(2, 1, Math.max(1, frames / QUICK_DIVISOR), 1)
            : new Duel.Extent(ROUNDS, PAIRS, frames, frames);
    try (var duel = new Duel(shared, contender, callers)) {
      var rounds = duel.run(extent);
      var prefix = "%s/%d-callers/".formatted(name, callers);
      var perRound = extent.pairs() * extent.frames() * callers;
      figures.accept(ratio(prefix + "cpu", rounds, perRound, Duel.Side::cpuMicros));
      figures.accept(ratio(prefix + "p50", rounds, perRound, side -> side.latencyMicros(50)));
      figures.accept(ratio(prefix + "p99", rounds, perRound, side -> side.latencyMicros(99)));
    }
  }

  private static Figure ratio(
      String name, List<Duel.Round> rounds, int perRound, ToDoubleFunction<Duel.Side> micros) {
    var ratios =
        TaxRun.spread(
            rounds,
            round ->
                micros.applyAsDouble(round.contender()) / micros.applyAsDouble(round.baseline()));
    var shared = TaxRun.spread(rounds, round -> micros.applyAsDouble(round.baseline()));
    return Figure.of(
            NAME, name, ratios.median(), "ratio", TaxRun.conditions(rounds, perRound, ratios))
        .against("shared pool: %s us".formatted(Numbers.plain(shared.median())));
  }
}
