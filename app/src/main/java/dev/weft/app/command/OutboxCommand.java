package dev.weft.app.command;

import dev.weft.app.console.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft outbox}: what an edge buffer has for others, and the side that receives it. */
@Command(
    name = "outbox",
    description = {
      "Sends records of an edge buffer to a folder or another process, each effective once, and"
          + " receives them."
    },
    synopsisSubcommandLabel = "COMMAND")
final class OutboxCommand implements Runnable {

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private OutboxCommand() {}

  static CommandLine line(Console console) {
    return new CommandLine(new OutboxCommand())
        .addSubcommand(new OutboxStatusCommand(console))
        .addSubcommand(new OutboxSendCommand(console))
        .addSubcommand(new OutboxReceiveCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
