package dev.weft.app.mishap;

import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.ClusterProbe;
import dev.weft.app.cluster.LocalCluster;
import dev.weft.app.cluster.PlannedNode;
import dev.weft.app.mishap.Mishap.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGeneratorFactory;

/**
 * Has mishaps happen, one after another, to a cluster of processes that runs frames of sessions,
 * and holds it to this: no frame has a wrong answer or none at all, nodes of other sites are
 * reached throughout, and some time after each mishap every node is there, sees all the others, and
 * every session lives where it was acknowledged to live, in no older epoch, and has its frames run.
 */
public final class ClusterTorture {

  private static final int SESSIONS_OF_A_SITE = 6;

  private final Path folder;
  private final ClusterPlan ports;
  private final EnumSet<Kind> kinds;
  private final long seed;
  private final LongSupplier nanos;
  private final ConcurrentLinkedQueue<String> ends = new ConcurrentLinkedQueue<>();
  private final EnumMap<Kind, Duration> recoveries = new EnumMap<>(Kind.class);
  private final List<String> broken = new ArrayList<>();
  private volatile String excused = "";
  private final Stopping stopping = new Stopping();

  /**
   * What came of it.
   *
   * @param right frames with the right answer
   * @param refused frames that were told that they have none, or may have none
   * @param unreached frames to nodes that something happened to
   * @param moves of sessions, acknowledged
   * @param recoveries longest time until all was well, by kind: from the end of what lasts, else
   *     from when it happened
   * @param broken promises
   */
  public record Toll(
      int mishaps,
      String last,
      long right,
      long refused,
      long unreached,
      int moves,
      Map<String, Duration> recoveries,
      List<String> broken,
      double seconds) {}

  /**
   * @param folder for the cluster's files
   * @param plan of at least two sites
   * @param kinds of mishaps; those of journals only if there are such
   * @param nanos monotonic time
   */
  public ClusterTorture(
      Path folder, ClusterPlan plan, EnumSet<Mishap.Kind> kinds, long seed, LongSupplier nanos) {
    this.folder = folder;
    this.ports = plan;
    this.seed = seed;
    this.nanos = nanos;
    this.kinds = EnumSet.copyOf(kinds);
  }

  /**
   * Has so many happen; ends with the first promise that is broken.
   *
   * @param watcher told of each
   * @throws IOException if the cluster cannot be started
   */
  public Toll run(int mishaps, Consumer<Toll> watcher) throws IOException, InterruptedException {
    var begun = nanos.getAsLong();
    try (var wires = new Wires();
        var probe = new ClusterProbe();
        var cluster = LocalCluster.start(wires.before(ports), folder, List.of(), true, ends::add)) {
      var plan = cluster.plan();
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(~seed);
      var places = new Places(probe, random, homes(plan));
      var coming = new MishapPlan(seed, kinds, ids(plan), List.copyOf(plan.journals().keySet()));
      var recovery = new Recovery(plan, probe, places, random, nanos, stopping);
      excused = "the start";
      recover("the start", recovery, begun);
      try (var traffic = new Traffic(plan.nodes(), places.sessions(), probe, this::isExcused)) {
        var toll = toll(0, "", traffic, places, begun);
        for (var done = 1;
            done <= mishaps && !stopping.isAsked() && toll.broken().isEmpty();
            done++) {
          var mishap = coming.next();
          places.moveOne(plan.nodes().get(random.nextInt(plan.nodes().size())), sites(plan));
          var began = nanos.getAsLong();
          happen(mishap, cluster, wires);
          var since = mishap.lasts().isZero() ? began : nanos.getAsLong();
          var took = recover(mishap.toString(), recovery, since);
          recoveries.merge(mishap.kind(), took, (a, b) -> a.compareTo(b) > 0 ? a : b);
          toll = toll(done, mishap.toString(), traffic, places, begun);
          watcher.accept(toll);
        }
        return toll;
      }
    }
  }

  private static Map<String, String> homes(ClusterPlan plan) {
    var homes = new LinkedHashMap<String, String>();
    for (var site : sites(plan)) {
      for (var n = 0; n < SESSIONS_OF_A_SITE; n++) {
        homes.put("%s/visit-%d".formatted(site, n), site);
      }
    }
    return homes;
  }

  private static List<String> sites(ClusterPlan plan) {
    return plan.nodes().stream().map(PlannedNode::site).distinct().toList();
  }

  private static List<String> ids(ClusterPlan plan) {
    return plan.nodes().stream().map(PlannedNode::id).toList();
  }

  /** Ends the mishap that is under way, and then all. */
  public void stop() {
    stopping.ask();
  }

  /** A node need not be reached while something happens to its site. */
  private boolean isExcused(PlannedNode node) {
    return excused.equals(node.site());
  }

  /** Returns when it is over, and what it ended runs again. */
  private void happen(Mishap mishap, LocalCluster cluster, Wires wires)
      throws IOException, InterruptedException {
    var target = mishap.target();
    excused = target.contains("/") ? target.substring(0, target.indexOf('/')) : target;
    switch (mishap.kind()) {
      case KILL -> startsAgain(cluster, target, ProcessHandle::destroyForcibly);
      case RESTART -> startsAgain(cluster, target, ProcessHandle::destroy);
      case JOURNAL -> startsAgain(cluster, target + "/journal", ProcessHandle::destroyForcibly);
      case JOURNAL_RESTART ->
          startsAgain(
              cluster,
              target + "/journal",
              ports.database().isPresent() ? ClusterTorture::interrupt : ProcessHandle::destroy);
      case STOP -> {
        var pid = cluster.pid(target);
        signal("STOP", pid);
        try {
          stopping.pause(mishap.lasts());
        } finally {
          signal("CONT", pid); // Or it could not be ended.
        }
      }
      case DISK -> {
        excused = ""; // It answers all the same.
        var pid = cluster.pid(target);
        var before = fileLimit(pid);
        limitFiles(pid, "0");
        try {
          stopping.pause(mishap.lasts());
        } finally {
          giveBack(cluster, target, pid, before);
        }
      }
      case DEAF, LINK, SLOW -> {
        wires.harm(mishap.kind(), target);
        stopping.pause(mishap.lasts());
        wires.mend(target);
      }
    }
  }

  /** Until then all may look well that is about to end. */
  private void startsAgain(LocalCluster cluster, String name, Consumer<ProcessHandle> end)
      throws InterruptedException {
    var before = cluster.pid(name);
    var deadline = nanos.getAsLong() + Recovery.MAX.toNanos();
    ProcessHandle.of(before).ifPresent(end);
    while (cluster.pid(name) == before && !stopping.isAsked()) {
      if (nanos.getAsLong() > deadline) {
        broken.add("%s: not started again within %s".formatted(name, Recovery.MAX));
        return;
      }
      stopping.pause(Recovery.LOOK_INTERVAL);
    }
  }

  /** SIGTERM would have PostgreSQL wait until its nodes leave by themselves. */
  private static void interrupt(ProcessHandle process) {
    try {
      signal("INT", process.pid());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    command("kill", "-" + name, Long.toString(pid));
  }

  /**
   * Bounds the size of all files that a process writes: what would make one longer fails.
   *
   * @param bytes a number, or {@code unlimited}
   */
  private static void limitFiles(long pid, String bytes) throws IOException, InterruptedException {
    command("prlimit", "--pid", Long.toString(pid), "--fsize=" + bytes + ":");
  }

  /** A process that has ended took its limit with it. */
  private static void giveBack(LocalCluster cluster, String target, long pid, String before)
      throws IOException, InterruptedException {
    try {
      limitFiles(pid, before);
    } catch (IOException e) {
      if (cluster.pid(target) == pid
          && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
        throw e;
      }
    }
  }

  /** The limit as it is: a number of bytes, or {@code unlimited}. */
  private static String fileLimit(long pid) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                "prlimit",
                "--pid",
                Long.toString(pid),
                "--fsize",
                "--raw",
                "--noheadings",
                "--output=SOFT")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0 || said.isEmpty()) {
      throw new IOException(
          "prlimit: process %d: '%s', exit code %d (expected: its limit of the size of files)"
              .formatted(pid, said, process.exitValue()));
    }
    return said;
  }

  private static void command(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(
          "%s: exit code %d".formatted(String.join(" ", command), process.exitValue()));
    }
  }

  /**
   * Waits until all is well.
   *
   * @param since from when it counts how long that takes
   */
  private Duration recover(String after, Recovery recovery, long since)
      throws InterruptedException {
    var well = recovery.await();
    if (well.isPresent()) {
      excused = "";
    } else if (!stopping.isAsked()) {
      broken.add(
          "%s: not well within %s; processes that ended: %s"
              .formatted(after, Recovery.MAX, List.copyOf(ends)));
      broken.addAll(recovery.views());
    }
    return Duration.ofNanos(well.orElse(nanos.getAsLong()) - since);
  }

  private Toll toll(int mishaps, String last, Traffic traffic, Places places, long begun) {
    var all = new ArrayList<>(broken);
    all.addAll(places.broken());
    all.addAll(traffic.broken());
    var frames = traffic.counts();
    var byKind = new LinkedHashMap<String, Duration>();
    recoveries.forEach((kind, longest) -> byKind.put(kind.toString(), longest));
    return new Toll(
        mishaps,
        last,
        frames.right(),
        frames.refused(),
        frames.unreached(),
        places.moves(),
        byKind,
        all,
        (nanos.getAsLong() - begun) / (double) TimeUnit.SECONDS.toNanos(1));
  }
}
