package dev.weft.app.command;

import dev.weft.app.console.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft access}: accounts of those who use a server. */
@Command(
    name = "access",
    description = {
      "Makes keys for those who use a server, and checks the file that says who may do what."
    },
    synopsisSubcommandLabel = "COMMAND")
final class AccessCommand implements Runnable {

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private AccessCommand() {}

  static CommandLine line(Console console) {
    return new CommandLine(new AccessCommand())
        .addSubcommand(new AccessKeyCommand(console))
        .addSubcommand(new AccessCheckCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
