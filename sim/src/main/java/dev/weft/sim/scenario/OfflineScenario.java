package dev.weft.sim.scenario;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.session.SessionRules;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.node.BufferBook;
import dev.weft.sim.node.EngineFaults;
import dev.weft.sim.node.FrameSource;
import dev.weft.sim.node.Manifests;
import dev.weft.sim.node.NetworkSink;
import dev.weft.sim.node.Node;
import dev.weft.sim.node.NodeSpec;
import dev.weft.sim.node.Region;
import dev.weft.sim.node.SessionClient;
import dev.weft.sim.node.Site;
import dev.weft.sim.node.Uploads;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A box that is cut off from its region for a day, works on, is killed now and then, and brings
 * everything up afterwards. Records may be deleted an hour after they are needed, and not before.
 */
final class OfflineScenario implements Scenario {

  private static final Duration CUT = Duration.ofHours(24);
  private static final Duration AFTER = Duration.ofHours(1);
  private static final Duration AGE_MAX = Duration.ofHours(1);
  private static final Duration FRAME_EVERY = Duration.ofSeconds(20);
  private static final Duration KILL_EVERY = Duration.ofHours(4);
  private static final String EDGE = "edge";
  private static final String REGION = "region";
  private static final int FRAMES_MAX = 16;

  private static final int ROWS_MAX = 3;

  @Override
  public String name() {
    return "offline";
  }

  @Override
  public String summary() {
    return "24 hours cut off from the region, then everything is brought up";
  }

  @Override
  public boolean isLong() {
    return true;
  }

  @Override
  public void run(World world, Findings findings) {
    var network = new Network(world, new Network.Weather(0.05, 0.1, Duration.ofMillis(40)));
    var region = new Region(world.host(REGION), findings);
    var book = new BufferBook("edge's buffer", findings);
    var uploads =
        new Uploads(
            OutboxSettings.of(REGION, UploadTags.everything()),
            host -> new NetworkSink(host, network, region, 0));
    var site = new Site(world, world.host(EDGE), spec(book).withUploads(uploads), findings);
    var manner =
        new FrameSource.Manner("till", Lane.INTERACTIVE, FRAME_EVERY, ROWS_MAX, FRAMES_MAX, false);
    var frames = new FrameSource(world, site.host(), 1, manner, findings);
    site.serve(
        Manifests.pipeline("till", 1, Duration.ofMillis(500), Door.of(FRAMES_MAX).open()),
        Manifests.engine("till", QueueLimits.defaults(), Batching.none()),
        frames);
    var client =
        new SessionClient(
            world, network, site::node, EDGE, "till1", Duration.ofMinutes(2), findings);
    region.boot();
    site.boot();
    site.watch(Duration.ofMinutes(1));
    frames.start();
    client.start();
    network.cut(EDGE, REGION);
    planKill(world, site);
    world.pass(CUT);
    network.heal(EDGE, REGION);
    frames.end();
    client.end();
    world.pass(AFTER);
    site.boot();
    world.pass(Duration.ofMinutes(10));
    site.checkEnded();
    client.checkEnded(Duration.ZERO);
    site.checkDelivered(region);
    world.note("%s; %d items in the region".formatted(frames, region.arrived().size()));
  }

  private static NodeSpec spec(BufferBook book) {
    var small = new Retention("default", 64 << 20, AGE_MAX, 32 << 10, Retention.WhenHeld.DROP_NEW);
    return new NodeSpec(
        1,
        EngineFaults.none(Duration.ofMillis(30)),
        TraceSettings.of(List.of(small)),
        SessionRules.from(Node.config(1)),
        SessionClient.SIGNALS,
        Duration.ofSeconds(1),
        Optional.empty(),
        book);
  }

  private static void planKill(World world, Site site) {
    var pause = (long) (KILL_EVERY.toNanos() * world.faults().nextExponential());
    world.after(
        Duration.ofNanos(pause),
        () -> {
          if (world.faults().nextBoolean()) {
            site.kill();
          } else {
            site.powerOff();
          }
          world.after(Duration.ofSeconds(world.faults().nextInt(1, 300)), site::boot);
          planKill(world, site);
        });
  }
}
