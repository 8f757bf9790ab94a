package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.home.Home;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code weft cluster}: starts a cluster to try, shows how one stands, moves its sessions, changes
 * variants at its sites.
 */
@Command(
    name = "cluster",
    description = {
      "Starts a cluster on this machine to try, shows how one stands, moves its sessions, changes"
          + " variants at its sites."
    },
    synopsisSubcommandLabel = "COMMAND")
final class ClusterCommand implements Runnable {

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private ClusterCommand() {}

  static CommandLine line(Console console, Home home) {
    return new CommandLine(new ClusterCommand())
        .addSubcommand(new ClusterUpCommand(console, home))
        .addSubcommand(new ClusterStatusCommand(console))
        .addSubcommand(new ClusterMoveCommand(console))
        .addSubcommand(new ClusterWhereCommand(console))
        .addSubcommand(new ClusterDrainCommand(console))
        .addSubcommand(new ClusterRolloutCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
