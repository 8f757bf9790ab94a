package dev.weft.bench;

import com.typesafe.config.ConfigFactory;
import dev.weft.bench.CpuPerCall.Sample;
import dev.weft.bench.cluster.BenchCluster;
import dev.weft.bench.cluster.BenchNode;
import dev.weft.bench.cluster.FrameSource;
import dev.weft.bench.cluster.NodeTerms;
import dev.weft.bench.cluster.SessionCaller;
import dev.weft.bench.cluster.SpreadSessions;
import dev.weft.bench.load.ClosedLoad;
import dev.weft.bench.load.EventLoad;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.NodeManifest.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Frames of sessions over one, two and three processes of a site. All come to the first; they go to
 * where their sessions live. The baseline is the same pipeline embedded, without a cluster.
 */
final class ClusterFrames {

  private static final String SITE = "site";
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int ROUNDS = 3;
  private static final Duration WARMED_FOR_AT_MOST = Duration.ofMinutes(2);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final int SESSIONS_OF_A_NODE = 32;
  private static final int AT_ONCE = 16;
  private static final int SMALL = 4;
  private static final String EMBEDDED = "embedded";
  private static final String HERE = "1-process";
  private static final String AWAY = "all-away";
  private static final String ONE_BY_ONE = "/one-by-one";

  /** FP32 values, and how so many bytes are called. */
  private static final Map<String, Integer> SIZES =
      new TreeMap<>(Map.of("64KiB", 16 << 10, "1MiB", 256 << 10));

  private static final int LARGE_AT_ONCE = 4;

  private final BenchNode here;
  private final FrameSource embedded;
  private final FrameSource routed;
  private final List<List<String>> sessions;
  private final List<Long> others;
  private final CpuPerCall taken;
  private final Consumer<Figure> figures;

  private ClusterFrames(
      BenchNode here,
      Weft alone,
      List<List<String>> sessions,
      List<Long> others,
      CpuPerCall taken,
      Consumer<Figure> figures) {
    this.here = here;
    this.embedded = new FrameSource(alone, alone.pipelines().getFirst(), SMALL, DEADLINE);
    this.routed = FrameSource.of(here, SMALL, DEADLINE);
    this.sessions = sessions;
    this.others = others;
    this.taken = taken;
    this.figures = figures;
  }

  static void run(BenchOptions options, Consumer<Figure> figures)
      throws IOException, InterruptedException {
    var alone =
        ConfigFactory.parseString("weft.fabric.loops = 1")
            .withFallback(NodeTerms.quiet())
            .withFallback(ConfigFactory.load());
    try (var cluster = BenchCluster.open();
        var weft = Weft.embedded(alone)) {
      weft.register("same", cluster.model());
      cluster.shareJournal(SITE);
      var here = cluster.startHere(cluster.newNode(SITE, NAMES.getFirst(), Role.REGION));
      var names = options.quick() ? NAMES.subList(0, 2) : NAMES;
      var others = new ArrayList<Long>();
      for (var name : names.subList(1, names.size())) {
        others.add(cluster.startApart(cluster.newNode(SITE, name, Role.REGION)).pid());
      }
      BenchCluster.until("nodes", () -> here.known().size() == names.size());
      var places =
          SpreadSessions.open(here.weft().sessions(), "s-", here.known(), SESSIONS_OF_A_NODE);
      var each = names.stream().map(name -> places.at(SITE + "/" + name)).toList();
      var taken =
          options.quick()
              ? new CpuPerCall(Duration.ofMillis(40), Duration.ofMillis(100))
              : new CpuPerCall(Duration.ofMillis(400), Duration.ofMillis(1500));
      var bench = new ClusterFrames(here, weft, each, others, taken, figures);
      if (options.quick()) {
        bench.run(1, Duration.ofMillis(100), Duration.ofMillis(100));
      } else {
        bench.run(ROUNDS, Duration.ofSeconds(5), WARMED_FOR_AT_MOST);
      }
    }
  }

  /**
   * @param step of warming up
   * @param warmed time that each kind of frames is warmed up for at most
   */
  private void run(int rounds, Duration step, Duration warmed) throws InterruptedException {
    // All processes first, then only the two of which one has to bear most.
    CpuPerCall.warm(load(routed, interleaved(sessions), AT_ONCE), others, step, warmed);
    CpuPerCall.warm(load(routed, sessions.get(1), AT_ONCE), others, step, warmed);
    for (var round = 0; round < rounds; round++) {
      small();
    }
    tellSmall();
    for (var size : SIZES.values()) {
      var away = load(routed.sized(size), sessions.get(1), LARGE_AT_ONCE);
      CpuPerCall.warm(away, others, step, warmed);
    }
    for (var round = 0; round < rounds; round++) {
      large();
    }
    tellLarge();
  }

  private void small() throws InterruptedException {
    taken.measure(EMBEDDED, load(embedded, List.of(""), AT_ONCE), List.of());
    route(HERE, routed, AT_ONCE, 1, sessions.get(0));
    for (var processes = 2; processes <= sessions.size(); processes++) {
      var names = interleaved(sessions.subList(0, processes));
      route(processes + "-processes", routed, AT_ONCE, processes, names);
    }
    route(AWAY, routed, AT_ONCE, 2, sessions.get(1));
    taken.measure(EMBEDDED + ONE_BY_ONE, load(embedded, List.of(""), 1), List.of());
    route(HERE + ONE_BY_ONE, routed, 1, 1, sessions.get(0));
    route(AWAY + ONE_BY_ONE, routed, 1, 2, sessions.get(1));
  }

  private void large() throws InterruptedException {
    for (var size : SIZES.entrySet()) {
      var frames = routed.sized(size.getValue());
      route(HERE + "/" + size.getKey(), frames, LARGE_AT_ONCE, 1, sessions.get(0));
      route(AWAY + "/" + size.getKey(), frames, LARGE_AT_ONCE, 2, sessions.get(1));
    }
  }

  private static List<String> interleaved(List<List<String>> each) {
    var all = new ArrayList<String>();
    for (var i = 0; i < SESSIONS_OF_A_NODE; i++) {
      for (var names : each) {
        all.add(names.get(i));
      }
    }
    return all;
  }

  /** Takes a round of frames of these sessions, and fails if they did not go as they should. */
  private void route(String what, FrameSource frames, int atOnce, int processes, List<String> names)
      throws InterruptedException {
    var before = here.frames();
    taken.measure(what, load(frames, names, atOnce), others.subList(0, processes - 1));
    var after = here.frames();
    var lost = after.lost() - before.lost() + after.unreached() - before.unreached();
    var away = after.away() - before.away();
    var all = away + after.here() - before.here();
    var expected = what.startsWith(AWAY) ? 1 : (processes - 1.0) / processes;
    // Each caller ends somewhere within its turn of the nodes.
    var unevenMax = expected > 0 && expected < 1 ? atOnce : 0;
    if (lost > 0 || Math.abs(away - expected * all) > unevenMax) {
      throw new BenchException(
          ("cluster: %s: %d frames not where their sessions live, %d of %d at other nodes"
                  + " (expected: none, %.3f of them)")
              .formatted(what, lost, away, all, expected));
    }
  }

  /**
   * One at a time is called by a thread that waits for it; of several, each begins with another
   * session and sends its next frame where it learns of the answer.
   */
  private static CpuPerCall.Load load(FrameSource frames, List<String> names, int atOnce) {
    if (atOnce == 1) {
      var caller = new SessionCaller(frames, names);
      return time -> ClosedLoad.run(List.of(caller), Duration.ZERO, time);
    }
    var callers = new ArrayList<SessionCaller>();
    for (var i = 0; i < atOnce; i++) {
      var turned = new ArrayList<>(names);
      Collections.rotate(turned, i * Math.max(1, names.size() / atOnce));
      callers.add(new SessionCaller(frames, turned));
    }
    return time -> EventLoad.run(callers, time);
  }

  private void tellSmall() {
    var ways = new ArrayList<>(List.of(EMBEDDED, HERE, AWAY));
    for (var processes = 2; processes <= sessions.size(); processes++) {
      ways.add(2, processes + "-processes");
    }
    for (var what : ways) {
      tell(what, "cpu", "us", Sample::cpuMicros, EMBEDDED, AT_ONCE);
      tell(what, "rate", "1/s", Sample::perSecond, EMBEDDED, AT_ONCE);
    }
    added("hop/cpu", Sample::cpuMicros, AWAY, HERE, AT_ONCE);
    added("session/cpu", Sample::cpuMicros, HERE, EMBEDDED, AT_ONCE);
    for (var what : List.of(EMBEDDED, HERE, AWAY)) {
      tell(what + ONE_BY_ONE, "p50", "us", s -> s.micros(50), EMBEDDED + ONE_BY_ONE, 1);
      tell(what + ONE_BY_ONE, "p99", "us", s -> s.micros(99), EMBEDDED + ONE_BY_ONE, 1);
    }
    added("hop/p50", s -> s.micros(50), AWAY + ONE_BY_ONE, HERE + ONE_BY_ONE, 1);
  }

  private void tellLarge() {
    for (var size : SIZES.keySet()) {
      var away = AWAY + "/" + size;
      var stay = HERE + "/" + size;
      tell(stay, "cpu", "us", Sample::cpuMicros, HERE, LARGE_AT_ONCE);
      tell(away, "cpu", "us", Sample::cpuMicros, stay, LARGE_AT_ONCE);
      tell(away, "rate", "1/s", Sample::perSecond, stay, LARGE_AT_ONCE);
      added("hop/" + size + "/cpu", Sample::cpuMicros, away, stay, LARGE_AT_ONCE);
    }
  }

  private void tell(
      String what,
      String figure,
      String unit,
      ToDoubleFunction<Sample> value,
      String baseline,
      int atOnce) {
    var spread = taken.spread(what, value);
    var told =
        Figure.of(
            ClusterBench.NAME,
            "frames/%s/%s".formatted(what, figure),
            spread.median(),
            unit,
            taken.conditions(what, spread) + ", %d at once".formatted(atOnce));
    figures.accept(
        what.equals(baseline)
            ? told
            : told.against(
                "%s: %s %s"
                    .formatted(
                        baseline, Numbers.plain(taken.spread(baseline, value).median()), unit)));
  }

  private void added(
      String name, ToDoubleFunction<Sample> value, String more, String less, int atOnce) {
    var spread = taken.added(more, less, value);
    figures.accept(
        Figure.of(
                ClusterBench.NAME,
                "frames/" + name,
                spread.median(),
                "us",
                "%s less %s; %s, %d at once"
                    .formatted(more, less, taken.conditions(more, spread), atOnce))
            .against(
                "%s: %s us".formatted(less, Numbers.plain(taken.spread(less, value).median()))));
  }
}
