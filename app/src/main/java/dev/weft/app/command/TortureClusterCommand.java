package dev.weft.app.command;

import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.Postgres;
import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.console.Progress;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.FolderTree;
import dev.weft.app.home.Home;
import dev.weft.app.mishap.ClusterTorture;
import dev.weft.app.mishap.ClusterTorture.Toll;
import dev.weft.app.mishap.Mishap;
import dev.weft.app.running.Interrupt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft torture cluster}: whether a cluster keeps its promises, shown on real processes. */
@Command(
    name = "cluster",
    description = {
      "Has mishaps happen to a cluster of processes that runs frames of sessions: nodes and"
          + " journals are killed, started anew, stopped and continued, cut off one way, far away,"
          + " or have a data link that swallows all.",
      "After each, every node must be there again, see all others and have every session where it"
          + " was acknowledged to live; no frame may have a wrong answer or none. Done (0) if it"
          + " always was so. What a failure left is kept."
    },
    footer = {"", "Examples:", "  weft torture cluster", "  weft torture cluster --mishaps 7"})
final class TortureClusterCommand implements Callable<Integer> {

  private static final Duration STOP_PATIENCE = Duration.ofMinutes(3);
  private static final int BROKEN_SHOWN = 20;

  private final Console console;
  private final Home home;

  @Option(
      names = "--mishaps",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int mishaps;

  @Option(
      names = "--sites",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many sites, 2 to 20. Default: ${DEFAULT-VALUE}.")
  private int sites;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many nodes each site has, 1 to 5. Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "What happens when follows from it. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--only",
      paramLabel = "KIND",
      split = ",",
      description =
          "Which mishaps: ${COMPLETION-CANDIDATES}; several with commas between. Default: all.")
  private List<Mishap.Kind> kinds = List.of();

  @Option(
      names = "--postgres",
      description =
          "Has PostgreSQL keep the journals, as initdb and postgres in PATH, and also starts them"
              + " anew (JOURNAL_RESTART).")
  private boolean isPostgres;

  @Option(
      names = "--recorded",
      description =
          "Has nodes record their frames in edge buffers with standbys, and also has files of a"
              + " node take nothing for a while (DISK), which needs prlimit of Linux.")
  private boolean isRecorded;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  TortureClusterCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var plan = plan();
    var folder = FolderTree.fresh(home.torture(), "cluster-" + seed + "-");
    var torture = new ClusterTorture(folder.root(), plan, kinds(), seed, System::nanoTime);
    Toll toll;
    boolean isAsked;
    try (var interrupt = new Interrupt(torture::stop, STOP_PATIENCE);
        var progress = console.progress()) {
      progress.bar(0, "starting the cluster");
      toll = torture.run(mishaps, so -> show(so, progress));
      isAsked = interrupt.isAsked();
      if (toll.broken().isEmpty()) {
        folder.delete();
      }
      progress.close();
      tell(toll, folder.root());
    }
    if (!toll.broken().isEmpty()) {
      return ExitCode.FAILED;
    }
    return isAsked ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  private ClusterPlan plan() throws IOException {
    if (mishaps < 1) {
      throw new WrongUse("--mishaps: %d (expected: >= 1)".formatted(mishaps));
    }
    if (sites < 2) {
      throw new WrongUse("--sites: %d (expected: 2 to 20)".formatted(sites));
    }
    try {
      var plan = ClusterPlan.of(sites, nodes);
      var kept = isPostgres ? plan.on(postgres()) : plan;
      return isRecorded ? kept.recorded(new ClusterPlan.Recording(Optional.empty())) : kept;
    } catch (IllegalArgumentException e) {
      throw new WrongUse(String.valueOf(e.getMessage()));
    }
  }

  private Postgres postgres() {
    if (nodes == 1) {
      throw new WrongUse(
          "--postgres and --nodes 1 (expected: sites of several nodes, which have"
              + " a journal in common)");
    }
    return Postgres.find(
            System.getenv().getOrDefault("PATH", ""), System.getProperty("user.name", ""))
        .orElseThrow(
            () ->
                new WrongUse("--postgres: not installed (expected: initdb and postgres in PATH)"));
  }

  private EnumSet<Mishap.Kind> kinds() {
    for (var kind : kinds) {
      if (nodes == 1 && kind.isOfSite()) {
        throw new WrongUse(
            "--only: %s (expected: another, as sites of one node have no process of a journal)"
                .formatted(kind.name()));
      }
    }
    if (!isRecorded && kinds.contains(Mishap.Kind.DISK)) {
      throw new WrongUse("--only: DISK (expected: with --recorded, or nodes write nothing)");
    }
    return kinds.isEmpty() ? all() : EnumSet.copyOf(kinds);
  }

  /** Without more flags those there always were, so that a seed has the mishaps it always had. */
  private EnumSet<Mishap.Kind> all() {
    var all = EnumSet.allOf(Mishap.Kind.class);
    if (!isPostgres) {
      all.remove(Mishap.Kind.JOURNAL_RESTART);
    }
    if (!isRecorded) {
      all.remove(Mishap.Kind.DISK);
    }
    if (nodes == 1) {
      all.removeIf(Mishap.Kind::isOfSite);
    }
    return all;
  }

  private void show(Toll toll, Progress progress) {
    progress.bar(
        (double) toll.mishaps() / mishaps,
        "%d of %d mishaps, %s".formatted(toll.mishaps(), mishaps, toll.last()));
  }

  private void tell(Toll toll, Path folder) {
    var repeat =
        "./weft torture cluster --mishaps %d --sites %d --nodes %d --seed %d%s"
            .formatted(mishaps, sites, nodes, seed, only() + more());
    if (isJson) {
      console.json(object(toll, folder, repeat));
      return;
    }
    console.line(
        Amount.format("mishaps   %d in %.0f s, seed %d", toll.mishaps(), toll.seconds(), seed));
    console.line(
        "frames    %d right, %d refused, %d to nodes that were away"
            .formatted(toll.right(), toll.refused(), toll.unreached()));
    console.line("moves     %d of sessions between sites, acknowledged".formatted(toll.moves()));
    toll.recoveries()
        .forEach(
            (kind, longest) ->
                console.line(
                    Amount.format(
                        "well      at most %.1f s after %s", longest.toMillis() / 1e3, kind)));
    if (toll.broken().isEmpty()) {
      console.line("broken    0: every session where it was acknowledged to live, after each");
      return;
    }
    toll.broken().stream().limit(BROKEN_SHOWN).forEach(each -> console.line("BROKEN    " + each));
    console.line("repeat    " + repeat);
    console.line("left in   " + folder);
  }

  private String more() {
    return (isPostgres ? " --postgres" : "") + (isRecorded ? " --recorded" : "");
  }

  private String only() {
    return kinds.isEmpty()
        ? ""
        : kinds.stream().map(Mishap.Kind::name).collect(Collectors.joining(",", " --only ", ""));
  }

  private static LinkedHashMap<String, Object> object(Toll toll, Path folder, String repeat) {
    var object = new LinkedHashMap<String, Object>();
    object.put("mishaps", toll.mishaps());
    object.put("framesRight", toll.right());
    object.put("framesRefused", toll.refused());
    object.put("framesUnreached", toll.unreached());
    object.put("moves", toll.moves());
    var recoveries = new LinkedHashMap<String, Object>();
    toll.recoveries().forEach((kind, longest) -> recoveries.put(kind, longest.toMillis() / 1e3));
    object.put("longestRecoverySeconds", recoveries);
    object.put("broken", toll.broken());
    object.put("seconds", toll.seconds());
    object.put("repeat", repeat);
    if (!toll.broken().isEmpty()) {
      object.put("folder", folder.toString());
    }
    return object;
  }
}
