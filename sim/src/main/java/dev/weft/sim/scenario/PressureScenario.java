package dev.weft.sim.scenario;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.session.SessionRules;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.node.BufferBook;
import dev.weft.sim.node.EngineFaults;
import dev.weft.sim.node.FrameSource;
import dev.weft.sim.node.Manifests;
import dev.weft.sim.node.Node;
import dev.weft.sim.node.NodeSpec;
import dev.weft.sim.node.SessionClient;
import dev.weft.sim.node.Site;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * More frames than a box can serve, in three lanes, with batches and predicted admission, and an
 * engine that is slow, hangs, fails and gives what is no number. Variants are swapped and wall
 * clocks jump meanwhile. Then calm, in which no door may stay closed.
 */
final class PressureScenario implements Scenario {

  private static final Duration PRESSURE = Duration.ofSeconds(8);
  private static final Duration CALM = Duration.ofSeconds(3);
  private static final Duration CALM_EVERY = Duration.ofMillis(80);
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final Duration SWAP_EVERY = Duration.ofMillis(500);

  /** Frames that wait in the lane of the narrow pipeline, at most. */
  private static final int NARROW_LANE = 4;

  private static final int INSIDE_MAX = 12;

  private static final int ROWS_MAX = 3;

  @Override
  public String name() {
    return "pressure";
  }

  @Override
  public String summary() {
    return "one box: overload, lanes, deadlines, batches, swaps, an engine that hangs and fails";
  }

  /**
   * What is asked of the box.
   *
   * @param waitingMax most frames that may wait for their answers at once
   */
  private record Stream(
      String name,
      Lane lane,
      int steps,
      int waitingMax,
      Batching batching,
      Door door,
      int everyMillis) {}

  private static final int PREDICTED = 2;

  // One loop and one step: what is inside runs, or waits in the one lane it may wait in.
  private static final List<Stream> STREAMS =
      List.of(
          new Stream(
              "narrow",
              Lane.PERCEPTION,
              1,
              NARROW_LANE + 1,
              Batching.none(),
              Door.of(64).open(),
              6),
          new Stream(
              "batched",
              Lane.INTERACTIVE,
              2,
              INSIDE_MAX,
              Batching.upTo(4),
              Door.of(INSIDE_MAX).open(),
              7),
          new Stream(
              "predicted",
              Lane.INTERACTIVE,
              2,
              INSIDE_MAX,
              Batching.none(),
              Door.of(INSIDE_MAX),
              20),
          new Stream(
              "patient",
              Lane.BACKGROUND,
              2,
              INSIDE_MAX,
              Batching.none(),
              Door.of(INSIDE_MAX).open(),
              30));

  @Override
  public void run(World world, Findings findings) {
    var host = world.host("box");
    var book = new BufferBook("box's buffer", findings);
    var site = new Site(world, host, spec(book), findings);
    var sources = STREAMS.stream().map(stream -> source(world, site, stream, findings)).toList();
    site.boot();
    site.watch(Duration.ofMillis(50));
    sources.forEach(FrameSource::start);
    planJump(world, site);
    // Not the first: its bound is that of one lane, and each variant has a lane of its own.
    planSwap(world, sources.subList(1, sources.size()));
    world.pass(PRESSURE);
    sources.forEach(source -> source.comeEvery(CALM_EVERY));
    var predicted = sources.get(PREDICTED);
    var letIn = predicted.letIn();
    world.pass(CALM);
    // Whoever was refused as too late is let in when there is time, whatever comes of it then.
    findings.addAll(
        Liveness.check(
            "a frame let in: " + predicted,
            predicted.letIn() > letIn ? Duration.ZERO : CALM,
            Duration.ZERO));
    sources.forEach(FrameSource::end);
    world.pass(QUIET);
    site.checkEnded();
    site.checkLoaded();
    for (var source : sources.subList(0, PREDICTED)) {
      findings.addAll(
          Liveness.check(
              "the first answer of " + source,
              source.completed() > 0 ? Duration.ZERO : PRESSURE,
              Duration.ZERO));
    }
    sources.forEach(source -> world.note(source.toString()));
  }

  private static FrameSource source(World world, Site site, Stream stream, Findings findings) {
    var manner =
        new FrameSource.Manner(
            stream.name(),
            stream.lane(),
            Duration.ofMillis(stream.everyMillis()),
            ROWS_MAX,
            stream.waitingMax(),
            true);
    var frames = new FrameSource(world, site.host(), stream.steps(), manner, findings);
    var queue =
        new QueueLimits(
            Map.of(stream.lane(), NARROW_LANE), QueueLimits.DEFAULT_BYTES, Overflow.DROP_OLDEST);
    site.serve(
        Manifests.pipeline(stream.name(), stream.steps(), Duration.ofMillis(250), stream.door()),
        Manifests.engine(stream.name(), queue, stream.batching()),
        frames);
    return frames;
  }

  private static NodeSpec spec(BufferBook book) {
    return new NodeSpec(
        1,
        new EngineFaults(Duration.ofMillis(4), 0.03, 0.002, 0.03, 0.03),
        TraceSettings.of(List.of(Retention.of("default", 64 << 20, Duration.ofDays(30)))),
        SessionRules.from(Node.config(1)),
        SessionClient.SIGNALS,
        Duration.ofMillis(20),
        Optional.empty(),
        book);
  }

  private static void planSwap(World world, List<FrameSource> sources) {
    var pause = (long) (SWAP_EVERY.toNanos() * world.faults().nextExponential());
    world.after(
        Duration.ofNanos(pause),
        () -> {
          if (world.time().compareTo(PRESSURE) < 0) {
            sources.get(world.faults().nextInt(sources.size())).swap();
            planSwap(world, sources);
          }
        });
  }

  private static void planJump(World world, Site site) {
    world.after(
        Duration.ofMillis(world.faults().nextInt(200, 3_000)),
        () -> {
          site.host().jump(Duration.ofSeconds(world.faults().nextInt(-3_600, 3_600)));
          planJump(world, site);
        });
  }
}
