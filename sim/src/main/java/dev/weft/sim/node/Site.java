package dev.weft.sim.node;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.persistence.outbox.OutboxStatus;
import dev.weft.sim.invariant.DeliveredOnce;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.GapFreePrefix;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.invariant.ReplayEqualsRecord;
import dev.weft.sim.world.Host;
import dev.weft.sim.world.World;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A machine with a node that is killed and started again, and what flows through all its lives. */
public final class Site {

  /** A pipeline, and the frames that it is given. */
  private record Served(PipelineManifest pipeline, StageManifest stage, FrameSource frames) {}

  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);

  private final World world;
  private final Host host;
  private final NodeSpec spec;
  private final Findings findings;
  private final List<Served> served = new ArrayList<>();
  private final List<Resident> residents = new ArrayList<>();
  private Optional<Node> node = Optional.empty();

  public Site(World world, Host host, NodeSpec spec, Findings findings) {
    this.world = world;
    this.host = host;
    this.spec = spec;
    this.findings = findings;
  }

  /** Serves a pipeline in every life from the next boot on. */
  public void serve(PipelineManifest pipeline, StageManifest stage, FrameSource frames) {
    served.add(new Served(pipeline, stage, frames));
  }

  /** Has something on every life from the next boot on. */
  public void take(Resident resident) {
    residents.add(resident);
  }

  public Host host() {
    return host;
  }

  /** The node of the present life; empty while the machine is down. */
  public Optional<Node> node() {
    return node;
  }

  /** Starts a life, unless there is one. */
  public void boot() {
    if (host.isUp()) {
      return;
    }
    host.boot();
    try {
      var started = Node.start(host, spec);
      spec.book().begin(started.store());
      node = Optional.of(started);
      for (var each : served) {
        var door = started.deploy(each.pipeline(), Map.of(each.stage().name(), each.stage()));
        each.frames().lead(started, door);
      }
      residents.forEach(resident -> resident.lead(started));
    } catch (IOException | RuntimeException e) {
      findings.add(Liveness.NAME, "%s does not start: %s".formatted(host.name(), e));
    }
  }

  /** Ends the process, if there is one; what it wrote stays. */
  public void kill() {
    if (host.isUp()) {
      host.kill();
      lost();
    }
  }

  /** Ends the process and loses what was not forced to the disk. */
  public void powerOff() {
    if (host.isUp()) {
      host.powerOff();
      lost();
    }
  }

  private void lost() {
    served.forEach(each -> each.frames().lost());
    residents.forEach(Resident::lost);
    node.ifPresent(Node::discard);
    node = Optional.empty();
  }

  /** Has the books looked at every {@code interval}. */
  public void watch(Duration interval) {
    world.after(
        interval,
        () -> {
          served.forEach(each -> each.frames().check());
          watch(interval);
        });
  }

  /** Looks at everything, at the end of a quiet time. */
  public void checkEnded() {
    served.forEach(each -> each.frames().checkEnded());
    residents.forEach(Resident::checkEnded);
    var begins = new TreeMap<String, Long>();
    var journal = host.journal();
    journal
        .numbers()
        .keySet()
        .forEach(entity -> begins.put(entity, journal.snapshotTo(entity) + 1));
    findings.addAll(GapFreePrefix.check(host.name() + "'s journal", journal.numbers(), begins));
    try {
      if (node.isPresent()) {
        spec.book().end(node.get().store());
      }
    } catch (IOException e) {
      findings.add(Liveness.NAME, "%s cannot be read: %s".formatted(host.name(), e));
    }
  }

  /** Looks at whether what was swapped out is unloaded, as its last frame has left. */
  public void checkLoaded() {
    node.ifPresent(
        up -> {
          var running = new TreeSet<String>();
          for (var each : served) {
            var stage = each.stage().name();
            each.frames().running().forEach(variant -> running.add(stage + "@" + variant));
          }
          var asked = up.loaded();
          world.passUntil(asked::isDone, ANSWERED_WITHIN);
          var loaded = asked.getNow(Set.of("no answer"));
          if (!running.containsAll(loaded)) {
            findings.add(
                Liveness.NAME, "loaded: %s (expected: only %s)".formatted(loaded, running));
          }
        });
  }

  /** Looks at whether all was sent, and holds what came against what is here. */
  public void checkDelivered(Region region) {
    node.ifPresent(
        up -> {
          var status = up.outbox().orElseThrow().status();
          if (status.doing() != OutboxStatus.Doing.IDLE) {
            findings.add(Liveness.NAME, "the outbox does not come to an end: " + status);
          }
          try {
            var here = StoreContent.of(up.store());
            findings.addAll(
                DeliveredOnce.check(
                    region.name(),
                    spec.book().kept(),
                    here.items(),
                    here.deleted(),
                    region.arrived()));
          } catch (IOException e) {
            findings.add(Liveness.NAME, "%s cannot be read: %s".formatted(host.name(), e));
          }
        });
  }

  /** Runs all that was recorded again. */
  public void checkReplay() {
    node.ifPresent(
        up -> {
          var pipelines = new TreeMap<String, PipelineManifest>();
          var stages = new TreeMap<String, StageManifest>();
          for (var each : served) {
            pipelines.put(each.pipeline().name(), each.pipeline());
            stages.put(each.stage().name(), each.stage());
          }
          var report = RecordedFrames.replay(host, up.store(), pipelines, stages);
          world.note(
              "%s: %d frames replayed, %d runs, %d equal"
                  .formatted(host.name(), report.replayed(), report.runs(), report.equalRuns()));
          findings.addAll(ReplayEqualsRecord.check(host.name(), report));
        });
  }
}
