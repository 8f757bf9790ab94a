package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.Pending;
import dev.weft.persistence.outbox.UploadTags;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft outbox status}: how far each sink is. */
@Command(
    name = "status",
    description = "Tells how far each sink of an edge buffer has acknowledged, and what waits.",
    footer = {"", "Example:", "  weft outbox status --folder buffer"})
final class OutboxStatusCommand implements Callable<Integer> {

  private final Console console;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      required = true,
      description = "The edge buffer's folder.")
  private Path folder = Path.of("");

  @Option(names = "--json", description = "Prints one JSON object per sink.")
  private boolean isJson;

  OutboxStatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (var opened = OutboxFolder.open(folder)) {
      var sinks = Cursors.sinks(opened.cursors());
      if (sinks.isEmpty() && !isJson) {
        console.line("no sink yet; 'weft outbox send' begins one");
      }
      for (var sink : sinks) {
        var tags = Cursors.tags(opened.cursors(), sink).orElse(UploadTags.everything());
        var cursors =
            Cursors.open(opened.cursors(), Map.of(sink, tags), "edge", new SecureRandom());
        var acknowledged = cursors.acknowledged(sink);
        var amount =
            new Pending(opened.store(), OutboxSettings.of(sink, tags)).amount(acknowledged);
        show(sink, cursors.source(sink), acknowledged, amount);
      }
    }
    return ExitCode.OK;
  }

  private void show(String sink, String source, long acknowledged, Pending.Amount amount) {
    var oldest = amount.oldest().map(Instant::toString);
    if (isJson) {
      var object = new LinkedHashMap<String, Object>();
      object.put("sink", sink);
      object.put("source", source);
      object.put("acknowledged", acknowledged);
      object.put("pendingRecords", amount.records());
      object.put("pendingBytes", amount.bytes());
      oldest.ifPresent(time -> object.put("oldestPending", time));
      console.json(object);
    } else {
      console.line(
          "%s: acknowledged through %d of %s; %s, %s wait%s"
              .formatted(
                  sink,
                  acknowledged,
                  source,
                  Amount.count(amount.records(), "record"),
                  Amount.bytes(amount.bytes()),
                  oldest.map(time -> ", the oldest since " + time).orElse("")));
    }
  }
}
