package dev.weft.app.command;

import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.LocalCluster;
import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.app.serving.Termination;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft cluster up}: a cluster of processes on this machine, until it is asked to end. */
@Command(
    name = "up",
    description = {
      "Starts a cluster of processes on this machine, to try: the first site is a region, the"
          + " others are edges. What is killed is started again. Nothing is reached from other"
          + " machines.",
      "Sites of several nodes have a journal process; elsewhere that is a PostgreSQL database."
    },
    footer = {"", "Examples:", "  weft cluster up", "  weft cluster up --sites 3 --nodes 2 models"})
final class ClusterUpCommand implements Callable<Integer> {

  private final Console console;
  private final Home home;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description = "What the nodes serve, as 'weft serve'; default: a model that adds.")
  private List<Path> paths = List.of();

  @Option(
      names = "--sites",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many sites, 1 to 20; default ${DEFAULT-VALUE}.")
  private int sites;

  @Option(
      names = "--at",
      paramLabel = "SITE=PATH",
      description =
          "What the nodes of a site serve, in place of what all others do; once for each such site,"
              + " as 'site-1=shop'.")
  private Map<String, Path> elsewhere = Map.of();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many nodes each site has, 1 to 5; default ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--linked",
      description =
          "Has each site be a cluster of its own, the edges linked to the region by the data link"
              + " alone.")
  private boolean isLinked;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "Where journals, manifests and logs are; default: .weft/cluster.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--no-restart",
      description = "Does not start again what ends without being asked to.")
  private boolean isLeft;

  @Option(
      names = "--record",
      description =
          "Has each node record its frames to an edge buffer, with a standby at its site.")
  private boolean isRecording;

  @Option(
      names = "--outbox-to",
      paramLabel = "DESTINATION",
      description = "Where records are sent, such as grpc://127.0.0.1:9090; with --record.")
  private Optional<String> outbox = Optional.empty();

  ClusterUpCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var plan = plan();
    var files = folder.orElse(home.cluster());
    try (var termination = new Termination();
        var cluster = LocalCluster.start(plan, files, paths, !isLeft, console::note)) {
      tell(cluster, files);
      return switch (termination.await()) {
        case TERMINATED -> ExitCode.OK;
        case INTERRUPTED -> ExitCode.INTERRUPTED;
      };
    }
  }

  private ClusterPlan plan() throws IOException {
    if (outbox.isPresent() && !isRecording) {
      throw new WrongUse("--outbox-to: without --record (expected: with it)");
    }
    try {
      var sited = ClusterPlan.of(sites, nodes).serving(elsewhere);
      var plan = isLinked ? sited.linked() : sited;
      return isRecording ? plan.recorded(new ClusterPlan.Recording(outbox)) : plan;
    } catch (IllegalArgumentException e) {
      throw new WrongUse(String.valueOf(e.getMessage()));
    }
  }

  private void tell(LocalCluster cluster, Path files) {
    var rows = new ArrayList<List<String>>();
    for (var node : cluster.plan().nodes()) {
      rows.add(
          List.of(
              node.site(),
              node.name(),
              node.role().name().toLowerCase(Locale.ROOT),
              "http://127.0.0.1:" + node.http(),
              "127.0.0.1:" + node.reached().link(),
              Long.toString(cluster.pid(node.id()))));
    }
    console.table(List.of("site", "node", "role", "serves", "link", "pid"), rows);
    console.line(
        "%s of %s are starting; logs in %s; 'weft cluster status %s' shows how they stand"
            .formatted(
                Amount.count(rows.size(), "node"),
                Amount.count(sites, "site"),
                files,
                rows.getFirst().get(4)));
  }
}
