package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.running.Interrupt;
import dev.weft.link.outbox.LinkReceiver;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.Inbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft outbox receive}: takes what outboxes send, until it is stopped. */
@Command(
    name = "receive",
    description = {
      "Takes what outboxes send over gRPC and keeps it in a folder, on the disk before it answers."
          + " Neither encrypted nor authenticated: for a trusted network only."
    },
    footer = {"", "Example:", "  weft outbox receive --port 9090 --into uploads"})
final class OutboxReceiveCommand implements Callable<Integer> {

  private static final int PORT_MAX = 65_535;
  private static final int BATCH_BYTES_MAX = 64 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Console console;

  @Option(
      names = "--port",
      paramLabel = "N",
      required = true,
      description = "The port to listen on; 0 for a free one.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The address to listen on; default 127.0.0.1, this machine only.")
  private String host = "127.0.0.1";

  @Option(
      names = "--into",
      paramLabel = "DIR",
      required = true,
      description = "Where to keep what comes.")
  private Path into = Path.of("");

  OutboxReceiveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (port < 0 || port > PORT_MAX) {
      throw new WrongUse("--port: %d (expected: 0 to %d)".formatted(port, PORT_MAX));
    }
    try (var inbox = Inbox.open(FolderDisk.at(into), BATCH_BYTES_MAX);
        var receiver = LinkReceiver.listen(host, port, inbox, BATCH_BYTES_MAX);
        var interrupt = new Interrupt(receiver::close, PATIENCE)) {
      console.line("listening on %s:%d, into %s".formatted(host, receiver.port(), into));
      receiver.await();
      return interrupt.isAsked() ? ExitCode.INTERRUPTED : ExitCode.OK;
    }
  }
}
