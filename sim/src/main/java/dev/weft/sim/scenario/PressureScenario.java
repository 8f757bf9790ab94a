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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * More frames than a box can serve, in three lanes, with batches, and an engine that is slow,
 * hangs, fails and gives what is no number; wall clocks jump meanwhile.
 */
final class PressureScenario implements Scenario {

  private static final Duration PRESSURE = Duration.ofSeconds(8);
  private static final Duration QUIET = Duration.ofSeconds(3);

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
    return "one box: overload, lanes, deadlines, batches, an engine that hangs and fails";
  }

  @Override
  public void run(World world, Findings findings) {
    var host = world.host("box");
    var book = new BufferBook("box's buffer", findings);
    var site = new Site(world, host, spec(book), findings);
    var sources = new ArrayList<FrameSource>();
    // One loop and one step: what is inside runs, or waits in the one lane it may wait in.
    sources.add(
        source(
            world,
            site,
            "narrow",
            Lane.PERCEPTION,
            1,
            NARROW_LANE + 1,
            Batching.none(),
            64,
            6,
            findings));
    sources.add(
        source(
            world,
            site,
            "batched",
            Lane.INTERACTIVE,
            2,
            INSIDE_MAX,
            Batching.upTo(4),
            INSIDE_MAX,
            7,
            findings));
    sources.add(
        source(
            world,
            site,
            "patient",
            Lane.BACKGROUND,
            2,
            INSIDE_MAX,
            Batching.none(),
            INSIDE_MAX,
            30,
            findings));
    site.boot();
    site.watch(Duration.ofMillis(50));
    sources.forEach(FrameSource::start);
    planJump(world, site);
    world.pass(PRESSURE);
    sources.forEach(FrameSource::end);
    world.pass(QUIET);
    site.checkEnded();
    for (var source : sources.subList(0, 2)) {
      findings.addAll(
          Liveness.check(
              "the first answer of " + source,
              source.completed() > 0 ? Duration.ZERO : PRESSURE,
              Duration.ZERO));
    }
    sources.forEach(source -> world.note(source.toString()));
  }

  private static FrameSource source(
      World world,
      Site site,
      String name,
      Lane lane,
      int steps,
      int waitingMax,
      Batching batching,
      int doorMax,
      int everyMillis,
      Findings findings) {
    var manner =
        new FrameSource.Manner(
            name, lane, Duration.ofMillis(everyMillis), ROWS_MAX, waitingMax, true);
    var frames = new FrameSource(world, site.host(), steps, manner, findings);
    var queue =
        new QueueLimits(Map.of(lane, NARROW_LANE), QueueLimits.DEFAULT_BYTES, Overflow.DROP_OLDEST);
    site.serve(
        Manifests.pipeline(name, steps, Duration.ofMillis(250), Door.of(doorMax).open()),
        Manifests.engine(queue, batching),
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

  private static void planJump(World world, Site site) {
    world.after(
        Duration.ofMillis(world.faults().nextInt(200, 3_000)),
        () -> {
          site.host().jump(Duration.ofSeconds(world.faults().nextInt(-3_600, 3_600)));
          planJump(world, site);
        });
  }
}
