package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.bench.FaultyFactory.Fault;
import dev.weft.bench.load.Arrivals;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.StreamResult;
import dev.weft.bench.load.Terms;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Mixed overload with faults for minutes: hung, throwing, slow and lying stages, and a stage
 * process that crashes, beside a pipeline that must not notice. What comes in must come out, once,
 * and nothing may grow.
 */
final class SoakBench implements Bench {

  private static final String NAME = "soak";
  private static final long SEED = 4711;
  private static final Duration WHOLE = Duration.ofMinutes(10);
  private static final Duration QUICK = Duration.ofSeconds(15);
  private static final Duration DEADLINE = Duration.ofMillis(100);
  private static final Duration PATIENT = Duration.ofSeconds(2);
  private static final double PERCEPTION_PER_SECOND = 40;
  private static final double FAULTY_PER_SECOND = 60;
  private static final double ISOLATED_PER_SECOND = 20;

  /** Work of 4 ms: about as much again as the machine can do. */
  private static final double BACKGROUND_PER_SECOND = 400;

  private static final double MISSED_PERCENT_MAX = 2;
  private static final double GROWTH_MEGABYTES_MAX = 64;
  private static final int THREADS_MAX = 8;

  /** What the process holds at one moment. */
  private record Holding(double heapMegabytes, double residentMegabytes, int threads) {

    static Holding now() {
      System.gc();
      var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
      var threads = ManagementFactory.getThreadMXBean().getThreadCount();
      return new Holding(heap, ResidentMemory.megabytes().orElse(0), threads);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean takesArguments() {
    return true;
  }

  @Override
  public String summary() {
    return "Ten minutes of mixed overload with faults: nothing lost, nothing grows.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    LoadRig.run(options, rig -> run(rig, length(options), figures));
  }

  /** As long as the first argument says, such as {@code 60s} or {@code 2m}. */
  private static Duration length(BenchOptions options) {
    if (options.arguments().isEmpty()) {
      return options.quick() ? QUICK : WHOLE;
    }
    var text = options.arguments().getFirst();
    try {
      return Duration.parse("PT" + text);
    } catch (DateTimeParseException e) {
      throw new BenchException("length: '%s' (expected: such as 60s or 2m)".formatted(text));
    }
  }

  private static void run(LoadRig rig, Duration length, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    var steady = rig.deploy("soak-steady");
    var background = rig.deploy("soak-background");
    var faulty = rig.deploy("soak-faulty", BenchManifests.faulty("soak-faulty", Isolation.NONE));
    var isolated =
        rig.deploy("soak-isolated", BenchManifests.faulty("soak-isolated", Isolation.PROCESS));
    var pipelines = List.of(steady, background, faulty, isolated);
    offer(rig, Duration.ofSeconds(5), pipelines);
    var before = Holding.now();
    var perception = offer(rig, length, pipelines);
    var after = Holding.now();
    var conditions =
        "%s s, seed %d, %s; %s"
            .formatted(length.toSeconds(), SEED, rig.conditions(), books(pipelines));
    figures.accept(
        Figure.of(NAME, "unanswered", unanswered(pipelines), "frames", conditions)
            .withGoal(Goal.atMost(0)));
    figures.accept(
        Figure.of(NAME, "leased-tensors", rig.weft().tensors().leased(), "tensors", conditions)
            .withGoal(Goal.atMost(0)));
    figures.accept(
        Figure.of(NAME, "perception-misses", perception.missedShare() * 100, "%", conditions)
            .withGoal(Goal.atMost(MISSED_PERCENT_MAX)));
    growth("heap", "MB", GROWTH_MEGABYTES_MAX, before, after, Holding::heapMegabytes, figures);
    growth(
        "resident", "MB", GROWTH_MEGABYTES_MAX, before, after, Holding::residentMegabytes, figures);
    growth("threads", "threads", THREADS_MAX, before, after, Holding::threads, figures);
  }

  /** Offers all streams for {@code length} and gives what became of perception. */
  private static StreamResult offer(LoadRig rig, Duration length, List<Pipeline> pipelines)
      throws InterruptedException {
    var random = new Random(SEED);
    var streams = new ArrayList<Stream>();
    streams.add(
        new Stream(
            "perception",
            Arrivals.poisson(PERCEPTION_PER_SECOND, SEED),
            Terms.of(Lane.PERCEPTION, DEADLINE),
            rig.target(pipelines.get(0))));
    streams.add(
        new Stream(
            "background",
            Arrivals.poisson(BACKGROUND_PER_SECOND, SEED + 1),
            Terms.of(Lane.BACKGROUND, PATIENT).cancelledAfter(PATIENT.dividedBy(2)),
            rig.target(pipelines.get(1))));
    streams.add(
        new Stream(
            "faulty",
            Arrivals.poisson(FAULTY_PER_SECOND, SEED + 2),
            Terms.of(Lane.INTERACTIVE, DEADLINE),
            new FabricTarget(pipelines.get(2), _ -> faulty(rig, fault(random, 6)))));
    streams.add(
        new Stream(
            "isolated",
            Arrivals.poisson(ISOLATED_PER_SECOND, SEED + 3),
            Terms.of(Lane.INTERACTIVE, PATIENT),
            new FabricTarget(pipelines.get(3), _ -> faulty(rig, crash(random)))));
    var perception = rig.open(length, streams.toArray(Stream[]::new)).streams().getFirst();
    awaitEmpty(pipelines);
    return perception;
  }

  /** Those whose callers have left are let go by their turn or their deadline at the latest. */
  private static void awaitEmpty(List<Pipeline> pipelines) throws InterruptedException {
    var until = System.nanoTime() + PATIENT.multipliedBy(3).toNanos();
    while (pipelines.stream().anyMatch(pipeline -> pipeline.inFlight() > 0)
        && System.nanoTime() < until) {
      Thread.sleep(10);
    }
  }

  private static Request faulty(LoadRig rig, Fault fault) {
    return Request.of("x", rig.weft().tensors().floats(Shape.of(1), fault.value()));
  }

  /** One in ten goes wrong, one in a thousand hangs. */
  private static Fault fault(Random random, int kinds) {
    var draw = random.nextInt(1_000);
    if (draw == 0) {
      return Fault.HANG;
    }
    return draw < 100 ? Fault.values()[1 + random.nextInt(kinds - 2)] : Fault.NONE;
  }

  /** One in five hundred ends the process. */
  private static Fault crash(Random random) {
    return random.nextInt(500) == 0 ? Fault.CRASH : Fault.NONE;
  }

  private static long unanswered(List<Pipeline> pipelines) {
    var open = 0L;
    for (var pipeline : pipelines) {
      var counters = pipeline.counters();
      open +=
          Math.abs(
              counters.offeredCount()
                  - counters.completedCount()
                  - counters.droppedCount()
                  - counters.failedCount());
    }
    return open;
  }

  private static String books(List<Pipeline> pipelines) {
    var text = new ArrayList<String>();
    for (var pipeline : pipelines) {
      var counters = pipeline.counters();
      text.add(
          "%s: %d offered = %d completed + %d dropped + %d failed"
              .formatted(
                  pipeline.name(),
                  counters.offeredCount(),
                  counters.completedCount(),
                  counters.droppedCount(),
                  counters.failedCount()));
    }
    return String.join("; ", text);
  }

  private static void growth(
      String what,
      String unit,
      double most,
      Holding before,
      Holding after,
      ToDoubleFunction<Holding> part,
      Consumer<Figure> figures) {
    var growth = part.applyAsDouble(after) - part.applyAsDouble(before);
    var conditions = "from before to after, garbage collected";
    figures.accept(
        Figure.of(NAME, what + "-growth", growth, unit, conditions)
            .against("before: " + Numbers.plain(part.applyAsDouble(before)))
            .withGoal(Goal.atMost(most)));
  }
}
