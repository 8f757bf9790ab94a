package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.fabric.embedded.Weft;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the cases of {@code tax} share: a running fabric, generated models, and how rounds become
 * figures.
 */
record TaxRun(Weft weft, BenchOptions options, GeneratedModels models, Consumer<Figure> figures) {

  static final String BENCH = "tax";

  private static final int ROUNDS = 9;
  private static final int LOADS = 3;
  private static final int PAIRS = 10;
  private static final int WARM_UP_FRAMES = 50_000;
  private static final int QUICK_DIVISOR = 10;
  private static final int QUICK_ROUNDS = 2;

  /** Goals for the ratios of one case. */
  record Goals(Optional<Goal> cpu, Optional<Goal> p99) {
    static final Goals NONE = new Goals(Optional.empty(), Optional.empty());
  }

  /**
   * Lets the JIT compile what all cases share, by a model so small that many frames take a second:
   * at a few hundred frames a second the compiler would still be at work in the last round.
   */
  void warmUp() throws OrtException, IOException {
    var file = models.write("warm-up", TinyModels.empty());
    var input = FrameInput.floats("x", 1, 4);
    var frames = options.quick() ? WARM_UP_FRAMES / 100 : WARM_UP_FRAMES;
    try (var raw = new RawChain(List.of(new RawModel(file)), List.of(input), "y", 1, 4);
        var fabric =
            new FabricContender(weft, weft.register("bench-warm-up", file), List.of(input));
        var duel = new Duel(raw, fabric, 2)) {
      duel.run(new Duel.Extent(1, 2, frames, 1));
    }
  }

  /**
   * @param frames per caller in a block: enough for about 0.2 s
   */
  Duel.Extent extent(int frames) {
    return options.quick()
        ? new Duel.Extent(
            QUICK_ROUNDS, 2, Math.max(5, frames / QUICK_DIVISOR), frames / QUICK_DIVISOR)
        : new Duel.Extent(ROUNDS, PAIRS, frames, frames * 2);
  }

  /** Loads one side's models. */
  interface Opening {
    Contender open() throws OrtException, IOException;
  }

  /**
   * Reports CPU time and latencies as ratios to the baseline, for one and for two callers.
   *
   * <p>Both sides are loaded anew several times, in turns of who goes first: where a session's
   * weights happen to lie in memory changes its speed by some hundredths.
   */
  void ratios(String name, Opening baseline, Opening fabric, int frames, Goals goals)
      throws OrtException, IOException {
    for (var callers = 1; callers <= 2; callers++) {
      var extent = extent(frames).split(LOADS);
      var rounds = new ArrayList<Duel.Round>();
      for (var load = 0; load < LOADS; load++) {
        rounds.addAll(duel(baseline, fabric, callers, extent, (load & 1) == 0));
      }
      var prefix = "%s/%s/".formatted(name, callers == 1 ? "one-caller" : "two-callers");
      var perRound = extent.pairs() * extent.frames() * callers;
      ratio(prefix + "cpu", rounds, perRound, Duel.Side::cpuMicros, goals.cpu());
      ratio(prefix + "p50", rounds, perRound, side -> side.latencyMicros(50), Optional.empty());
      ratio(prefix + "p99", rounds, perRound, side -> side.latencyMicros(99), goals.p99());
    }
  }

  private static List<Duel.Round> duel(
      Opening baseline, Opening fabric, int callers, Duel.Extent extent, boolean baselineFirst)
      throws OrtException, IOException {
    try (var first = (baselineFirst ? baseline : fabric).open();
        var second = (baselineFirst ? fabric : baseline).open();
        var duel =
            new Duel(baselineFirst ? first : second, baselineFirst ? second : first, callers)) {
      return duel.run(extent);
    }
  }

  private void ratio(
      String name,
      List<Duel.Round> rounds,
      int framesPerRound,
      Function<Duel.Side, Double> micros,
      Optional<Goal> goal) {
    var ratios = spread(rounds, r -> micros.apply(r.contender()) / micros.apply(r.baseline()));
    var baseline = spread(rounds, r -> micros.apply(r.baseline()));
    var figure =
        Figure.of(BENCH, name, ratios.median(), "ratio", conditions(rounds, framesPerRound, ratios))
            .against("raw loop: %s us".formatted(Numbers.plain(baseline.median())));
    figures.accept(goal.map(figure::withGoal).orElse(figure));
  }

  static Spread spread(List<Duel.Round> rounds, Function<Duel.Round, Double> value) {
    return Spread.of(rounds.stream().mapToDouble(value::apply).toArray());
  }

  static String conditions(List<Duel.Round> rounds, int framesPerRound, Spread spread) {
    return String.format(
        Locale.ROOT,
        "median of %d rounds of %d frames, quartiles %s",
        rounds.size(),
        framesPerRound,
        spread);
  }

  /**
   * A model file of the kiosk example.
   *
   * @throws BenchException telling how to get it, if it is not there
   */
  Path kioskModel(String file) {
    return KioskModels.file(options, file);
  }
}
