package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.Backlog;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.StatusNotes;
import dev.weft.persistence.segment.SegmentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft outbox status}: how far each sink is. */
@Command(
    name = "status",
    description = {
      "Tells how far each sink of an edge buffer has acknowledged, what waits, and what went"
          + " wrong.",
      "Only looks: a process that has the buffer open goes on undisturbed."
    },
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
    if (!Files.isDirectory(folder) || !SegmentStore.isAt(FolderDisk.toRead(folder))) {
      throw new WrongUse("folder: '%s' (expected: the folder of an edge buffer)".formatted(folder));
    }
    var disk = FolderDisk.toRead(folder);
    var outbox = folder.resolve(Cursors.FOLDER);
    var holder = SegmentStore.holder(disk);
    var positions =
        Files.isDirectory(outbox)
            ? Cursors.positions(FolderDisk.toRead(outbox))
            : List.<Cursors.Position>of();
    if (positions.isEmpty() && !isJson) {
      console.line("no sink yet; 'weft outbox send' or 'weft run --outbox-to' begins one");
    }
    for (var position : positions) {
      var note = StatusNotes.read(FolderDisk.toRead(outbox), position.sink());
      var backlog = Backlog.of(disk, position.tags(), position.acknowledged());
      var print = new OutboxPrint(position, note, backlog, holder);
      if (isJson) {
        console.json(print.object(Instant.now()));
      } else {
        print.lines(Instant.now()).forEach(console::line);
      }
    }
    return ExitCode.OK;
  }
}
