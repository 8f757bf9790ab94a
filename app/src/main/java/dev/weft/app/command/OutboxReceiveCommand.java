package dev.weft.app.command;

import com.typesafe.config.ConfigFactory;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.running.Interrupt;
import dev.weft.link.identity.Identity;
import dev.weft.link.identity.IdentityFiles;
import dev.weft.link.identity.Security;
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
          + " Over a network it wants a certificate of whoever sends, and shows its own."
    },
    footer = {
      "",
      "Examples:",
      "  weft outbox receive --port 9090 --into uploads",
      "  weft outbox receive --host 0.0.0.0 --port 9090 --into uploads --tls-cert a.pem --tls-key"
          + " a.key --trust trust.pem"
    })
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

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The receiver's certificate in PEM; default: weft.link.tls.certificate.")
  private String certificate = "";

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its key in PEM; default: weft.link.tls.key.")
  private String key = "";

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "The CAs of those who may send; default: weft.link.tls.trust.")
  private String trust = "";

  @Option(
      names = "--insecure-beyond-loopback",
      description = "Listens to other machines in the clear, too.")
  private boolean isInsecureAllowed;

  OutboxReceiveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (port < 0 || port > PORT_MAX) {
      throw new WrongUse("--port: %d (expected: 0 to %d)".formatted(port, PORT_MAX));
    }
    try (var security = security();
        var inbox = Inbox.open(FolderDisk.at(into), BATCH_BYTES_MAX);
        var receiver = listen(inbox, security);
        var interrupt = new Interrupt(receiver::close, PATIENCE)) {
      console.line("listening on %s:%d, into %s".formatted(host, receiver.port(), into));
      receiver.await();
      return interrupt.isAsked() ? ExitCode.INTERRUPTED : ExitCode.OK;
    }
  }

  private LinkReceiver listen(Inbox inbox, Security security) throws IOException {
    try {
      return LinkReceiver.listen(host, port, inbox, BATCH_BYTES_MAX, security);
    } catch (IllegalArgumentException e) {
      throw new WrongUse("--" + e.getMessage());
    }
  }

  private Security security() {
    var config = ConfigFactory.load();
    try {
      var files =
          IdentityFiles.of(certificate, key, trust, "--tls-cert, --tls-key and --trust")
              .or(() -> IdentityFiles.from(config));
      if (files.isPresent()) {
        var every = config.getDuration("weft.link.tls.renew-every");
        return Security.of(Identity.open(files.get(), every));
      }
      var isAllowed = isInsecureAllowed || config.getBoolean("weft.link.insecure-beyond-loopback");
      return isAllowed ? Security.noneBeyondLoopback() : Security.none();
    } catch (IllegalArgumentException e) {
      throw new WrongUse(String.valueOf(e.getMessage()));
    }
  }
}
