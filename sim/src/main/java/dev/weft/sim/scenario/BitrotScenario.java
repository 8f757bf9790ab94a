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
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A box whose disk turns bits of what is at rest, in segments that are full and in attachments,
 * while frames flow and the box is killed. A reader must be given no record that was not written,
 * and be told of each damaged file; all else is there, and frames go on.
 */
final class BitrotScenario implements Scenario {

  private static final Duration TROUBLE = Duration.ofSeconds(10);
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration FAULT_EVERY = Duration.ofMillis(500);
  private static final long SEGMENT_BYTES = 4 << 10;
  private static final int FRAMES_MAX = 16;

  /** More than 16 rows are kept as an attachment of the record. */
  private static final int ROWS_MAX = 24;

  @Override
  public String name() {
    return "bitrot";
  }

  @Override
  public String summary() {
    return "one box: bits turn in what its edge buffer has, between kills and power loss";
  }

  @Override
  public void run(World world, Findings findings) {
    new Run(world, findings).run();
  }

  private static final class Run {

    private final World world;
    private final BufferBook book;
    private final Site site;
    private final FrameSource frames;
    private final DiskTrouble disk;
    private final Set<String> turned = new TreeSet<>();
    private boolean isQuiet;

    Run(World world, Findings findings) {
      this.world = world;
      book = new BufferBook("box's buffer", findings);
      site = new Site(world, world.host("box"), spec(book), findings);
      disk = new DiskTrouble(world, "the disk", site.host().disk());
      var manner =
          new FrameSource.Manner(
              "visit", Lane.INTERACTIVE, millis(20), ROWS_MAX, FRAMES_MAX, false);
      frames = new FrameSource(world, site.host(), 1, manner, findings);
      site.serve(
          Manifests.pipeline("kiosk", 1, millis(200), Door.of(FRAMES_MAX).open()),
          Manifests.engine("kiosk", QueueLimits.defaults(), Batching.none()),
          frames);
    }

    private static NodeSpec spec(BufferBook book) {
      var small =
          new Retention(
              "default", 64 << 20, Duration.ofDays(30), SEGMENT_BYTES, Retention.WhenHeld.DROP_NEW);
      return new NodeSpec(
          1,
          EngineFaults.none(millis(4)),
          TraceSettings.of(List.of(small)),
          SessionRules.from(Node.config(1)),
          SessionClient.SIGNALS,
          millis(20),
          Optional.empty(),
          book);
    }

    void run() {
      site.boot();
      site.watch(millis(100));
      frames.start();
      planFault();
      world.pass(TROUBLE);
      isQuiet = true;
      site.boot();
      world.pass(QUIET);
      frames.end();
      world.pass(QUIET);
      site.checkEnded();
      world.note("%s; turned: %s".formatted(frames, turned));
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
      switch (world.faults().nextInt(6)) {
        case 0 -> restartAfter(site::kill);
        case 1 -> restartAfter(site::powerOff);
        default -> turn();
      }
    }

    private void restartAfter(Runnable end) {
      end.run();
      world.after(millis(10 + world.faults().nextInt(600)), site::boot);
    }

    /** One bit of one file; a second might turn it back. */
    private void turn() {
      var files = atRest();
      if (!files.isEmpty()) {
        var file = files.get(world.faults().nextInt(files.size()));
        turned.add(file);
        book.turned(file);
        disk.flipBit(file);
      }
    }

    /**
     * Files that may be damaged now. Not the newest segment: whether its end is damaged or was
     * never written whole, nobody can tell after a kill. Nor a neighbour of one that is: where a
     * segment ends is in the header of the next one.
     */
    private List<String> atRest() {
      var segments = new ArrayList<String>();
      var found = new ArrayList<String>();
      for (var file : site.host().disk().list()) {
        if (file.endsWith(".segment")) {
          segments.add(file);
        } else if (file.endsWith(".blob") && !turned.contains(file)) {
          found.add(file);
        }
      }
      for (var i = 0; i < segments.size() - 1; i++) {
        var around = segments.subList(Math.max(0, i - 1), i + 2);
        if (around.stream().noneMatch(turned::contains)) {
          found.add(segments.get(i));
        }
      }
      return found;
    }
  }

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }
}
