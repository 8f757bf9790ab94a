package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.home.Home;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft drift}: what another variant would change. */
@Command(
    name = "drift",
    description = "Tells what another variant of a step would change.",
    synopsisSubcommandLabel = "COMMAND")
final class DriftCommand implements Runnable {

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private DriftCommand() {}

  static CommandLine line(Console console, Home home) {
    return new CommandLine(new DriftCommand())
        .addSubcommand(new DriftEstimateCommand(console, home));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
