package dev.weft.app.command;

import dev.weft.app.console.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft certs}: the CA of a site and the certificates of its nodes. */
@Command(
    name = "certs",
    description = {
      "Makes and rotates a site's CA and the certificates of its nodes, by which they know each"
          + " other."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  weft certs init --site berlin --folder certs",
      "  weft certs node region-1 --hosts region-1.example.org,10.0.0.7 --folder certs",
      "  weft certs show --folder certs"
    })
final class CertsCommand implements Runnable {

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private CertsCommand() {}

  static CommandLine line(Console console) {
    return new CommandLine(new CertsCommand())
        .addSubcommand(new CertsInitCommand(console))
        .addSubcommand(new CertsNodeCommand(console))
        .addSubcommand(new CertsRotateCommand(console))
        .addSubcommand(new CertsTrustCommand(console))
        .addSubcommand(new CertsShowCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
