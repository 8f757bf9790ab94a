package dev.weft.sim.scenario;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.session.SessionRules;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.node.BufferBook;
import dev.weft.sim.node.EngineFaults;
import dev.weft.sim.node.FrameSource;
import dev.weft.sim.node.Manifests;
import dev.weft.sim.node.Node;
import dev.weft.sim.node.NodeSpec;
import dev.weft.sim.node.SessionClient;
import dev.weft.sim.node.Site;
import dev.weft.sim.node.TrailedSession;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One box with sessions, recorded frames and an edge buffer, which is killed and loses power, whose
 * disk fills and fails, whose clocks drift and jump, and whose clients are badly connected.
 */
final class KioskScenario implements Scenario {

  private static final Duration TROUBLE = Duration.ofSeconds(16);
  private static final Duration QUIET = Duration.ofSeconds(6);
  private static final Duration FAULT_EVERY = Duration.ofMillis(700);
  private static final int SESSIONS = 3;
  private static final int FRAMES_MAX = 16;

  /** More than 16 rows are kept as an attachment of the record. */
  private static final int ROWS_MAX = 24;

  @Override
  public String name() {
    return "kiosk";
  }

  @Override
  public String summary() {
    return "one box: sessions, recorded frames, kills, power loss, disk faults, clock jumps";
  }

  @Override
  public void run(World world, Findings findings) {
    new Run(world, findings).run();
  }

  private static final class Run {

    private final World world;
    private final Site site;
    private final Network network;
    private final DiskTrouble disk;
    private final FrameSource frames;
    private final List<SessionClient> clients = new ArrayList<>();
    private boolean isQuiet;

    Run(World world, Findings findings) {
      this.world = world;
      var random = world.faults();
      var host = world.host("kiosk");
      host.drift(0.8 + random.nextDouble() * 0.5);
      network =
          new Network(
              world,
              new Network.Weather(
                  random.nextDouble() * 0.2, random.nextDouble() * 0.3, Duration.ofMillis(8)));
      disk = new DiskTrouble(world, "the disk", host.disk());
      var book = new BufferBook("kiosk's buffer", findings);
      site = new Site(world, host, spec(book), findings);
      var manner =
          new FrameSource.Manner(
              "visit", Lane.INTERACTIVE, millis(25), ROWS_MAX, FRAMES_MAX, false);
      frames = new FrameSource(world, host, 2, manner, findings);
      site.serve(
          Manifests.pipeline("kiosk", 2, millis(200), Door.of(FRAMES_MAX).open()),
          Manifests.engine("kiosk", QueueLimits.defaults(), Batching.upTo(4)),
          frames);
      site.take(new TrailedSession(world, manner.session(), findings));
      for (var i = 1; i <= SESSIONS; i++) {
        clients.add(
            new SessionClient(
                world, network, site::node, "kiosk", "visit" + i, millis(60), findings));
      }
    }

    private static NodeSpec spec(BufferBook book) {
      var config = Node.config(2);
      var rules = SessionRules.from(config);
      var often =
          new SessionRules(
              rules.contextBytesMax(),
              rules.tenantContextBytesMax(),
              rules.openBlocksMax(),
              rules.waitingMax(),
              10,
              rules.snapshotsKept(),
              rules.moveTimeout(),
              rules.knownFor());
      var buffer =
          TraceSettings.of(List.of(Retention.of("default", 8 << 20, Duration.ofDays(30))))
              .withRetryDelay(millis(100));
      return new NodeSpec(
          2,
          new EngineFaults(millis(6), 0.03, 0, 0, 0),
          buffer,
          often,
          SessionClient.SIGNALS,
          millis(20),
          Optional.empty(),
          book);
    }

    void run() {
      site.boot();
      site.watch(millis(100));
      frames.start();
      clients.forEach(SessionClient::start);
      planFault();
      world.pass(TROUBLE);
      calm();
      world.pass(QUIET);
      frames.end();
      clients.forEach(SessionClient::end);
      world.pass(QUIET);
      site.checkEnded();
      site.checkReplay();
      clients.forEach(client -> client.checkEnded(Duration.ZERO));
      world.note(frames.toString());
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
      switch (random.nextInt(11)) {
        case 0, 1 -> {
          site.kill();
          restart();
        }
        case 2, 3 -> {
          site.powerOff();
          restart();
        }
        case 4 -> disk.fill(random.nextInt(4_096));
        case 5 -> disk.failForces();
        case 6 -> disk.failAppends();
        case 7 -> site.host().jump(Duration.ofMinutes(random.nextInt(-60, 60)));
        case 8, 9 -> site.host().slowJournal(1 + random.nextInt(40));
        default -> disk.end();
      }
    }

    private void restart() {
      disk.end();
      world.after(millis(10 + world.faults().nextInt(800)), site::boot);
    }

    private void calm() {
      isQuiet = true;
      world.note("the trouble ends");
      disk.end();
      site.host().slowJournal(1);
      network.weather(Network.Weather.CALM);
      site.boot();
    }
  }

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }
}
