package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.bench.load.Arrivals;
import dev.weft.bench.load.Call;
import dev.weft.bench.load.LoadResult;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.Target;
import dev.weft.bench.load.Terms;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** How much model time goes into frames that nobody waits for any more. */
final class WasteBench implements Bench {

  private static final String NAME = "waste";
  private static final int LOAD = 4;
  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final double WASTE_PERCENT_MAX = 1;

  /** Callers who wait for their deadline, and callers who leave long before it. */
  private record Case(String name, Terms terms, String described) {}

  private static final List<Case> CASES =
      List.of(
          new Case(
              "deadline", Terms.of(Lane.INTERACTIVE, Duration.ofMillis(100)), "deadline 100 ms"),
          new Case(
              "cancel",
              Terms.of(Lane.INTERACTIVE, Duration.ofSeconds(1))
                  .cancelledAfter(Duration.ofMillis(50)),
              "deadline 1 s, callers cancel after 50 ms"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Model time spent on frames already dead, at 4 times capacity; FIFO beside it.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    LoadRig.run(options, rig -> run(rig, figures));
  }

  private static void run(LoadRig rig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    var stage = stage(rig);
    var pipeline = rig.weft().deploy(manifest(stage), Map.of(stage.name(), stage));
    var fabric = new FabricTarget(pipeline, call -> request(rig, call));
    var capacity = rig.capacity(fabric);
    for (var one : CASES) {
      var common =
          "%d times capacity of %s/s, %s, %s"
              .formatted(LOAD, Numbers.plain(capacity), one.described(), rig.conditions());
      var time = MeteredFactory.TIME;
      time.reset();
      var result = offer(rig, fabric, one.terms(), capacity * LOAD);
      figures.accept(
          dead("fabric", one, time, result, common).withGoal(Goal.atMost(WASTE_PERCENT_MAX)));
      figures.accept(late("fabric", one, time, common));
      var naiveTime = new ModelTime();
      try (var naive = rig.naive(naiveTime)) {
        result = offer(rig, naive, one.terms(), capacity * LOAD);
        figures.accept(dead("fifo", one, naiveTime, result, common));
        figures.accept(late("fifo", one, naiveTime, common));
      }
    }
  }

  private static LoadResult offer(LoadRig rig, Target target, Terms terms, double perSecond)
      throws InterruptedException {
    return rig.open(MEASURED, new Stream("calls", Arrivals.poisson(perSecond, 3), terms, target));
  }

  private static StageManifest stage(LoadRig rig) throws IOException {
    var file = rig.work().file();
    return BenchManifests.stage(
        "bench-metered",
        MeteredFactory.KIND,
        MeteredFactory.around(OnnxModels.signature(file)),
        List.of(BenchManifests.variant("default", Optional.of(ManifestFiles.pin(file)))),
        Batching.none());
  }

  private static PipelineManifest manifest(StageManifest stage) {
    return BenchManifests.single("bench-waste", stage, LoadRig.IN_FLIGHT_MAX);
  }

  private static Request request(LoadRig rig, Call call) {
    var tensors = rig.weft().tensors();
    var dead = tensors.allocate(Datatype.INT64, Shape.of(1));
    dead.segment().set(ValueLayout.JAVA_LONG, 0, call.deadNanos());
    var input = rig.work().input();
    return Request.of(Map.of(input.name(), input.leased(tensors), MeteredFactory.DEAD, dead));
  }

  private static Figure dead(
      String side, Case one, ModelTime time, LoadResult result, String common) {
    return Figure.of(
            NAME,
            "%s/%s".formatted(side, one.name()),
            time.deadShare() * 100,
            "%",
            "%s; %s; %s".formatted(common, result.streams().getFirst(), result.generator()))
        .against("%s s of model time".formatted(Numbers.plain(time.seconds())));
  }

  private static Figure late(String side, Case one, ModelTime time, String common) {
    return Figure.of(
            NAME,
            "%s/%s/too-late".formatted(side, one.name()),
            time.lateShare() * 100,
            "%",
            "whole runs that ended after their frame was dead, %s".formatted(common))
        .against("%s s of model time".formatted(Numbers.plain(time.seconds())));
  }
}
