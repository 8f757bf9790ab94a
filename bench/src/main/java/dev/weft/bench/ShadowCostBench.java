package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.bench.load.Arrivals;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.StreamResult;
import dev.weft.bench.load.Terms;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.onnx.OnnxModels;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** What production pays when every frame also runs through a slower variant in its shadow. */
final class ShadowCostBench implements Bench {

  private static final String NAME = "shadow-cost";

  /** How much longer the shadow variant takes than production's. */
  private static final int SLOWER = 2;

  private static final String SHADOW = "slower";
  private static final double LOAD = 0.4;
  private static final Duration MEASURED = Duration.ofSeconds(8);
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final int ROUNDS = 6;
  private static final double P99_RATIO_MAX = 1.02;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Production p99 with all of it shadowed by a slower variant, against no shadow.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    LoadRig.run(options, rig -> run(rig, figures));
  }

  private static void run(LoadRig rig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    var slower = Work.calibrated(rig.models(), "slower", rig.work().alone().multipliedBy(SLOWER));
    var plain = rig.deploy("bench-unshadowed");
    var shadowed = deployShadowed(rig, slower);
    var perSecond = rig.capacity(rig.target(plain)) * LOAD;
    var p99 = new Ratios();
    var noise = new Ratios();
    for (var round = 0; round < rig.rounds(ROUNDS); round++) {
      var off = calls(rig, plain, perSecond);
      var on = calls(rig, shadowed, perSecond);
      p99.add(on.latencyMillis(99), off.latencyMillis(99));
      noise.add(calls(rig, plain, perSecond).latencyMillis(99), off.latencyMillis(99));
    }
    var conditions =
        "production at %s of capacity, shadow of %s ms, %s"
            .formatted(LOAD, Numbers.plain(slower.alone().toNanos() / 1e6), rig.conditions());
    p99.figure(NAME, "p99", "shadow off", "ms", conditions)
        .map(figure -> figure.withGoal(Goal.atMost(P99_RATIO_MAX)))
        .ifPresent(figures);
    noise
        .figure(NAME, "noise/p99", "shadow off", "ms", "no shadow on either side; " + conditions)
        .ifPresent(figures);
    shadowCoverage(shadowed)
        .ifPresent(
            share -> figures.accept(Figure.of(NAME, "coverage", share * 100, "%", conditions)));
  }

  /** The work with {@code slower} as the shadow of all its frames. */
  private static Pipeline deployShadowed(LoadRig rig, Work slower) throws IOException {
    var name = "bench-shadowed";
    var file = rig.work().file();
    var stage =
        BenchManifests.stage(
            name,
            "onnx",
            OnnxModels.signature(file),
            List.of(
                BenchManifests.variant("default", Optional.of(ManifestFiles.pin(file))),
                BenchManifests.variant(SHADOW, Optional.of(ManifestFiles.pin(slower.file())))),
            Batching.none());
    var manifest = BenchManifests.shadowed(name, stage, SHADOW, LoadRig.IN_FLIGHT_MAX);
    return rig.weft().deploy(manifest, Map.of(name, stage));
  }

  /** Share of production's frames whose shadow ran to its end, 0 to 1. */
  private static OptionalDouble shadowCoverage(Pipeline shadowed) {
    var production = shadowed.counters().completedCount();
    return production == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) shadowed.counters().shadow().completedCount() / production);
  }

  private static StreamResult calls(LoadRig rig, Pipeline pipeline, double perSecond)
      throws InterruptedException {
    var stream =
        new Stream(
            "calls",
            Arrivals.poisson(perSecond, 17),
            Terms.of(Lane.PERCEPTION, DEADLINE),
            rig.target(pipeline));
    return rig.open(MEASURED, stream).streams().getFirst();
  }
}
