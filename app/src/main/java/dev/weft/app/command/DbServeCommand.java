package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.app.serving.Termination;
import dev.weft.persistence.journal.JournalServer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft db serve}: one embedded journal for several nodes of this machine. */
@Command(
    name = "serve",
    description = {
      "Opens the embedded journal of a folder and serves it to several nodes on this machine, until"
          + " it is stopped: for trying out a cluster and for tests. A site of several machines has"
          + " its journal in PostgreSQL.",
      "Creates or upgrades its tables first, then prints the URL. Nodes use it with"
          + " weft.persistence.journal { kind = server, url = URL, user = weft, password-file ="
          + " FOLDER/password }. A commit returns when it is on the disk, as without a server."
    },
    footer = {"", "Example:", "  weft db serve --folder site/journal --port 9092"})
final class DbServeCommand implements Callable<Integer> {

  private static final int PORT_MAX = 65_535;

  private final Console console;
  private final Home home;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "The journal's folder; default .weft/journal.")
  private @Nullable Path folder;

  @Option(
      names = "--port",
      paramLabel = "N",
      required = true,
      description = "The port to listen on; 0 for a free one.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The address to listen on: 127.0.0.1, which is the default, and no other.")
  private String host = "127.0.0.1";

  DbServeCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > PORT_MAX) {
      throw new WrongUse("--port: %d (expected: 0 to %d)".formatted(port, PORT_MAX));
    }
    var place = folder == null ? home.journal() : folder;
    try (var termination = new Termination();
        var server = JournalServer.open(place, host, port)) {
      console.line(server.url());
      console.note("user %s, password in %s".formatted(server.user(), server.passwordFile()));
      return switch (termination.await()) {
        case TERMINATED -> ExitCode.OK;
        case INTERRUPTED -> ExitCode.INTERRUPTED;
      };
    }
  }
}
