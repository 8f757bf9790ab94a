package dev.weft.app.command;

import dev.weft.app.cluster.FleetTable;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.cluster.fleet.FleetDesk;
import dev.weft.cluster.fleet.Wave;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.reading.ManifestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft cluster rollout}: changes the variant of a stage at many sites, on evidence. */
@Command(
    name = "rollout",
    description = {
      "Changes the variant that a stage runs at the sites of a cluster, in waves. Each node judges"
          + " it by itself and takes it back by itself; then no further wave begins.",
      "A node of a region is asked over its data link; with certificates, as weft.link.tls names"
          + " them."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  weft cluster rollout start minilm-int8.yaml --waves 'site-1; rest' --node 127.0.0.1:25521",
      "  weft cluster rollout status --node 127.0.0.1:25521",
      "  weft cluster rollout rollback minilm --reason 'market day' --node 127.0.0.1:25521"
    })
final class ClusterRolloutCommand implements Runnable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Console console;

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Option(
      names = "--node",
      required = true,
      scope = CommandLine.ScopeType.INHERIT,
      paramLabel = "HOST:PORT",
      description = "The data link of a node of a region.")
  private String node = "";

  @Option(
      names = "--json",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Prints one JSON object.")
  private boolean isJson;

  ClusterRolloutCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  @Command(description = "Starts the rollout that a manifest declares.")
  int start(
      @Parameters(paramLabel = "MANIFEST", description = "Its file.") Path manifest,
      @Option(
              names = "--waves",
              paramLabel = "WAVES",
              defaultValue = Wave.REST,
              description =
                  "Sites, with commas between those of one wave and semicolons between waves;"
                      + " 'rest' is all edge sites that are not named. Default: ${DEFAULT-VALUE}.")
          String waves) {
    return ask(FleetDesk.start(text(manifest), waves), Optional.empty());
  }

  @Command(description = "Tells how the rollouts of the fleet stand, node by node.")
  int status(
      @Parameters(arity = "0..1", paramLabel = "STAGE", description = "The stage; else all.")
          Optional<String> stage) {
    return ask(FleetDesk.status(), stage);
  }

  @Command(description = "Has all nodes take the latest rollout of a stage back, promoted or not.")
  int rollback(
      @Parameters(paramLabel = "STAGE", description = "The stage.") String stage,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept.")
          Optional<String> reason) {
    return ask(FleetDesk.rollBack(stage, reason.orElse("asked for")), Optional.of(stage));
  }

  private static String text(Path manifest) {
    try {
      var text = Files.readString(manifest);
      var _ = ManifestFiles.rollout(text);
      return text;
    } catch (IOException e) {
      throw new WorkFailed(
          "%s: cannot be read (expected: a rollout's manifest)".formatted(manifest), e);
    } catch (ManifestException e) {
      throw new WrongUse("%s: %s".formatted(manifest, e.getMessage()));
    }
  }

  private int ask(byte[] question, Optional<String> stage) {
    var answer = new NodeQuestion(node, PATIENCE).askObject(FleetDesk.KIND, question);
    if (isJson) {
      console.json(answer);
    } else {
      print(new FleetTable(answer), stage);
    }
    return ExitCode.OK;
  }

  private void print(FleetTable table, Optional<String> stage) {
    var rollouts = table.rollouts(stage);
    if (rollouts.isEmpty()) {
      console.line("no rollout of the fleet" + stage.map(name -> " of stage " + name).orElse(""));
    }
    for (var rollout : rollouts) {
      rollout.lines().forEach(console::line);
      console.table(FleetTable.head(), rollout.rows());
    }
  }
}
