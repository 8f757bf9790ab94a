package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.home.Home;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft db}: looks after the journal, which keeps the events of sessions. */
@Command(
    name = "db",
    description = {
      "Looks after the journal, which keeps what is decided: an embedded one in a folder, or a"
          + " PostgreSQL database."
    },
    synopsisSubcommandLabel = "COMMAND")
final class DbCommand implements Runnable {

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private DbCommand() {}

  static CommandLine line(Console console, Home home) {
    return new CommandLine(new DbCommand())
        .addSubcommand(new DbMigrateCommand(console, home))
        .addSubcommand(new DbRepairCommand(console, home))
        .addSubcommand(new DbServeCommand(console, home));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
