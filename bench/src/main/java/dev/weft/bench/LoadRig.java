package dev.weft.bench;

import ai.onnxruntime.OrtException;
import com.typesafe.config.ConfigFactory;
import dev.weft.bench.load.ClosedLoad;
import dev.weft.bench.load.ClosedResult;
import dev.weft.bench.load.LoadResult;
import dev.weft.bench.load.OpenLoad;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.Target;
import dev.weft.bench.load.Terms;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the benches under load share: a running fabric, a calibrated model, the naive server beside
 * it, and how long each part takes.
 */
record LoadRig(Weft weft, GeneratedModels models, Work work, boolean quick)
    implements AutoCloseable {

  /** Long against the generator's and the scheduler's jitter, short against a deadline. */
  private static final Duration WORK = Duration.ofMillis(4);

  /** Enough runs for a figure in a fraction of a second. */
  private static final Duration QUICK_WORK = Duration.ofNanos(500_000);

  private static final int CAPACITY_TRIES = 5;

  /** Enough that a pipeline's door is not what decides; the fabric's own rules are to. */
  static final int IN_FLIGHT_MAX = 256;

  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration LONG_GRACE = Duration.ofSeconds(15);
  private static final Duration CAPACITY = Duration.ofSeconds(3);
  private static final int QUICK_DIVISOR = 40;

  /** Work for a bench's part. */
  interface Body {
    void run(LoadRig rig) throws OrtException, IOException, InterruptedException;
  }

  /**
   * Runs {@code body} with everything started, and ends it.
   *
   * @throws BenchException if the thread is interrupted
   */
  static void run(BenchOptions options, Body body) {
    try (var models = new GeneratedModels();
        var weft = Weft.embedded(ConfigFactory.load());
        var rig =
            new LoadRig(
                weft,
                models,
                Work.calibrated(models, "work", options.quick() ? QUICK_WORK : WORK),
                options.quick())) {
      rig.warmUp();
      body.run(rig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }

  /** Lets the JIT compile the fabric's way by a model so small that many frames take a second. */
  private void warmUp() throws IOException, InterruptedException {
    var input = FrameInput.floats("x", 1, 4);
    var pipeline = weft.register("bench-warm-up", models.write("empty", TinyModels.empty()));
    closed(target(pipeline, input), Terms.of(Lane.INTERACTIVE, CAPACITY), weft.loops(), CAPACITY);
    pipeline.unload();
  }

  /** Deploys the work as a pipeline of one step. */
  Pipeline deploy(String name) throws IOException {
    return deploy(name, work.stage(name));
  }

  Pipeline deploy(String name, StageManifest stage) {
    var manifest = BenchManifests.chain(name, List.of(stage), IN_FLIGHT_MAX);
    return weft.deploy(manifest, Map.of(stage.name(), stage));
  }

  /** The pipeline under load, with the work's input. */
  FabricTarget target(Pipeline pipeline) {
    return target(pipeline, work.input());
  }

  FabricTarget target(Pipeline pipeline, FrameInput input) {
    return new FabricTarget(pipeline, _ -> Request.of(input.name(), input.leased(weft.tensors())));
  }

  /** The same work on another fabric. */
  LoadRig on(Weft other) {
    return new LoadRig(other, models, work, quick);
  }

  /** A naive server of one thread. */
  NaiveServer oneThread() throws OrtException {
    return new NaiveServer(1, work.raw(), new ModelTime());
  }

  /** As many threads as the fabric has loops. */
  NaiveServer naive() throws OrtException {
    return naive(new ModelTime());
  }

  NaiveServer naive(ModelTime time) throws OrtException {
    return new NaiveServer(weft.loops(), work.raw(), time);
  }

  /**
   * Calls per second the target completes when there is always enough to do.
   *
   * @throws BenchException if it completes none
   */
  double capacity(Target target) throws InterruptedException {
    var terms = Terms.of(Lane.INTERACTIVE, Duration.ofSeconds(30));
    for (var tries = 0; tries < CAPACITY_TRIES; tries++) {
      var perSecond = closed(target, terms, weft.loops() * 2, CAPACITY).perSecond();
      if (perSecond > 0) {
        return perSecond;
      }
    }
    throw new BenchException(
        "capacity: 0 calls in %s (expected: some; is the machine busy?)"
            .formatted(span(CAPACITY).multipliedBy(CAPACITY_TRIES)));
  }

  ClosedResult closed(Target target, Terms terms, int callers, Duration measured)
      throws InterruptedException {
    return ClosedLoad.run(target, terms, callers, span(WARM_UP), span(measured));
  }

  LoadResult open(Duration measured, Stream... streams) throws InterruptedException {
    return load(measured, streams).run();
  }

  /** A part whose length the bench has fitted to other things, and whose answers all count. */
  LoadResult exactly(Duration measured, Stream... streams) throws InterruptedException {
    var extent = OpenLoad.Extent.of(span(WARM_UP), measured, LONG_GRACE);
    return new OpenLoad(extent, List.of(streams)).run();
  }

  /** Not yet running, for those who have more to do meanwhile. */
  OpenLoad load(Duration measured, Stream... streams) {
    var extent = OpenLoad.Extent.of(span(WARM_UP), span(measured), span(GRACE));
    return new OpenLoad(extent, List.of(streams));
  }

  /** The same, or much shorter when the bench is only to show that it works. */
  Duration span(Duration full) {
    return quick ? full.dividedBy(QUICK_DIVISOR) : full;
  }

  int rounds(int full) {
    return quick ? 1 : full;
  }

  /** For the conditions of all figures. */
  String conditions() {
    return "work of %s ms".formatted(Numbers.plain(work.alone().toNanos() / 1e6));
  }

  @Override
  public void close() {}
}
