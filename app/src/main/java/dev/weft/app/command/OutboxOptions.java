package dev.weft.app.command;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.embedded.Recording;
import dev.weft.persistence.outbox.Destination;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flag that has what is recorded sent elsewhere, and what is told of it in the end. */
final class OutboxOptions {

  private static final String TO = "weft.fabric.outbox.to";
  private static final String FOLDER = "weft.fabric.trace.folder";

  @Option(
      names = "--outbox-to",
      paramLabel = "DIR|grpcs://HOST:PORT",
      description =
          "Sends what is recorded to an edge buffer to a folder or a receiver meanwhile. Default:"
              + " weft.fabric.outbox.to.")
  private Optional<String> to = Optional.empty();

  /**
   * The settings as configured, with what the flag says.
   *
   * @param isToFile whether frames are recorded to a file, from which nothing is sent
   * @param folder of the edge buffer that frames are recorded to
   */
  Config config(boolean isToFile, Optional<Path> folder) {
    var config = ConfigFactory.load();
    if (to.isEmpty()) {
      return config;
    }
    if (isToFile || folder.isEmpty() && config.getString(FOLDER).isEmpty()) {
      throw new WrongUse("--outbox-to without --trace-folder (expected: both)");
    }
    try {
      new Destination(to.get()).sink(Duration.ofSeconds(1)).close();
    } catch (IllegalArgumentException e) {
      throw new WrongUse("--outbox-to: %s".formatted(e.getMessage()));
    }
    return ConfigFactory.parseMap(Map.of(TO, to.get())).withFallback(config);
  }

  /** Says how far a recording that was closed was sent, if it was to be. */
  void tell(Console console, Config config, Recording recording) {
    if (recording.outbox().isEmpty()) {
      return;
    }
    var status = recording.outbox().get();
    var where = config.getString(TO);
    if (recording.isSent()) {
      console.note(
          "outbox: %s has everything through %d of %s; %s, %s"
              .formatted(
                  where,
                  status.acknowledged(),
                  status.source(),
                  Amount.bytes(status.bytes()),
                  status.sent() == 1 ? "1 batch" : status.sent() + " batches"));
    } else {
      console.note(
          "weft: outbox: not all is at %s%s; the rest waits in the buffer"
              .formatted(where, status.error().map(why -> ": " + why).orElse(" yet")));
    }
  }
}
