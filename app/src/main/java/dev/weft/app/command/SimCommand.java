package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.home.Home;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft sim}: Weft on virtual time, under faults, by seed. */
@Command(
    name = "sim",
    description = {
      "Runs Weft itself on virtual time in one thread, under faults that follow from a seed.",
      "docs/simulation.md tells what is simulated and what is not."
    },
    synopsisSubcommandLabel = "COMMAND")
final class SimCommand implements Runnable {

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private SimCommand() {}

  static CommandLine line(Console console, Home home) {
    return new CommandLine(new SimCommand())
        .addSubcommand(new SimRunCommand(console, home))
        .addSubcommand(new SimNightlyCommand(console, home));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
