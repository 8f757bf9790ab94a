package dev.weft.sim.scenario;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.session.SessionRules;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.RetryRule;
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
 * A box that sends what it records to a region, over a network that loses, doubles, reorders,
 * damages and cuts; both sides are killed and lose power, also while they write. The box's buffer
 * is small and deletes what it may after two seconds, so that what is not held is gone.
 */
final class UplinkScenario implements Scenario {

  private static final Duration TROUBLE = Duration.ofSeconds(14);
  private static final Duration QUIET = Duration.ofSeconds(6);
  private static final Duration FAULT_EVERY = Duration.ofMillis(700);
  private static final Duration AGE_MAX = Duration.ofSeconds(2);
  private static final long BUFFER_BYTES = 256 << 10;
  private static final long SEGMENT_BYTES = 8 << 10;
  private static final double DAMAGED_SHARE = 0.03;
  private static final int FRAMES_MAX = 16;
  private static final String EDGE = "edge";
  private static final String REGION = "region";

  /** More than 16 rows are kept as an attachment of the record. */
  private static final int ROWS_MAX = 24;

  @Override
  public String name() {
    return "uplink";
  }

  @Override
  public String summary() {
    return "a box and its region: the outbox, kills and power loss of either, a bad network";
  }

  @Override
  public void run(World world, Findings findings) {
    new Run(world, findings).run();
  }

  private static final class Run {

    private final World world;
    private final Network network;
    private final Region region;
    private final Site site;
    private final FrameSource frames;
    private final DiskTrouble buffer;
    private final DiskTrouble cursor;
    private final DiskTrouble inbox;
    private boolean isQuiet;

    Run(World world, Findings findings) {
      this.world = world;
      var random = world.faults();
      network =
          new Network(
              world,
              new Network.Weather(
                  random.nextDouble() * 0.25, random.nextDouble() * 0.3, Duration.ofMillis(40)));
      region = new Region(world.host(REGION), findings);
      var uploads =
          new Uploads(settings(), host -> new NetworkSink(host, network, region, DAMAGED_SHARE));
      var book = new BufferBook("edge's buffer", findings);
      site = new Site(world, world.host(EDGE), spec(book).withUploads(uploads), findings);
      var host = site.host();
      buffer = new DiskTrouble(world, "edge's buffer", host.disk());
      cursor = new DiskTrouble(world, "edge's cursor", host.disk(Uploads.DISK));
      inbox = new DiskTrouble(world, "the region's disk", region.disk());
      var manner =
          new FrameSource.Manner("till", Lane.INTERACTIVE, millis(20), ROWS_MAX, FRAMES_MAX, false);
      frames = new FrameSource(world, host, 1, manner, findings);
      site.serve(
          Manifests.pipeline("till", 1, millis(200), Door.of(FRAMES_MAX).open()),
          Manifests.engine("till", QueueLimits.defaults(), Batching.none()),
          frames);
    }

    private static OutboxSettings settings() {
      return OutboxSettings.of(REGION, UploadTags.everything())
          .withBatch(32 << 10, 40, millis(150))
          .withRetry(new RetryRule(millis(100), Duration.ofSeconds(1)), millis(400));
    }

    private static NodeSpec spec(BufferBook book) {
      var small =
          new Retention(
              "default", BUFFER_BYTES, AGE_MAX, SEGMENT_BYTES, Retention.WhenHeld.DROP_NEW);
      return new NodeSpec(
          1,
          EngineFaults.none(millis(4)),
          TraceSettings.of(List.of(small)).withRetryDelay(millis(100)),
          SessionRules.from(Node.config(1)),
          SessionClient.SIGNALS,
          millis(20),
          Optional.empty(),
          book);
    }

    void run() {
      region.boot();
      site.boot();
      site.watch(millis(100));
      frames.start();
      planFault();
      world.pass(TROUBLE);
      calm();
      world.pass(QUIET);
      frames.end();
      world.pass(QUIET);
      site.checkEnded();
      site.checkDelivered(region);
      world.note("%s; %d items in the region".formatted(frames, region.arrived().size()));
    }

    private void planFault() {
      var pause = (long) (FAULT_EVERY.toNanos() * world.faults().nextExponential());
      world.after(
          Duration.ofNanos(pause),
          () -> {
            if (!isQuiet) {
              fault();
              planFault();
            }
          });
    }

    private void fault() {
      var random = world.faults();
      switch (random.nextInt(14)) {
        case 0 -> endSite(site::kill);
        case 1 -> endSite(site::powerOff);
        case 2 -> endRegion(region::kill);
        case 3 -> endRegion(region::powerOff);
        case 4 -> cursor.endAtForce(() -> endSite(site::powerOff));
        case 5 -> inbox.endAtForce(() -> endRegion(region::powerOff));
        case 6, 7 -> cut(EDGE, REGION, random.nextInt(4_000));
        case 8 -> cut(REGION, EDGE, random.nextInt(2_000));
        case 9 -> passing(cursor, cursor::failForces);
        case 10 -> passing(inbox, inbox::failForces);
        case 11 -> passing(inbox, () -> inbox.fill(random.nextInt(20_000)));
        case 12 -> passing(buffer, () -> buffer.fill(random.nextInt(4_096)));
        default -> endTroubles();
      }
    }

    private void cut(String from, String to, long forMillis) {
      network.cut(from, to);
      world.after(millis(forMillis), () -> network.heal(from, to));
    }

    private void passing(DiskTrouble of, Runnable begin) {
      begin.run();
      world.after(millis(world.faults().nextInt(1_500)), of::end);
    }

    private void endSite(Runnable end) {
      end.run();
      var damages = world.faults().nextInt(4) == 0;
      world.after(
          millis(10 + world.faults().nextInt(600)),
          () -> {
            if (damages && !site.host().isUp()) {
              cursor.flipBit(REGION + ".cursor");
            }
            buffer.end();
            cursor.end();
            site.boot();
          });
    }

    private void endRegion(Runnable end) {
      end.run();
      world.after(
          millis(10 + world.faults().nextInt(1_000)),
          () -> {
            inbox.end();
            region.boot();
          });
    }

    private void endTroubles() {
      buffer.end();
      cursor.end();
      inbox.end();
    }

    private void calm() {
      isQuiet = true;
      world.note("the trouble ends");
      endTroubles();
      network.heal(EDGE, REGION);
      network.heal(REGION, EDGE);
      network.weather(Network.Weather.CALM);
      region.boot();
      site.boot();
    }
  }

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }
}
