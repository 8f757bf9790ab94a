package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.home.Home;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalRepair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft db repair}: ends an entity at the last event of it that can be read. */
@Command(
    name = "repair",
    description = {
      "Makes an entity readable again whose journal has a broken row: all after the last event that"
          + " can be read is written to a file in .weft/repairs and taken out of the journal. No"
          + " other entity is touched.",
      "Without --entity, lists those that need it; exit code 1 if there are any. The entity must"
          + " not run meanwhile."
    },
    footer = {"", "Examples:", "  weft db repair", "  weft db repair --entity 'Session|cam-7'"})
final class DbRepairCommand implements Callable<Integer> {

  private final Console console;
  private final Home home;

  @Mixin private JournalOptions journal = new JournalOptions();

  @Option(
      names = "--entity",
      paramLabel = "ID",
      description = "The entity, as the error that stopped it names it.")
  private @Nullable String entity;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  DbRepairCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    try (var opened = Journal.open(journal.existing(home, System.getenv()))) {
      var repair = new JournalRepair(opened, home.repairs());
      if (entity == null) {
        return list(repair.broken());
      }
      report(repair.repair(entity));
      return ExitCode.OK;
    }
  }

  private int list(List<String> broken) {
    if (isJson) {
      console.json(Map.of("broken", broken));
    } else if (broken.isEmpty()) {
      console.line("no entity needs a repair");
    } else {
      broken.forEach(id -> console.line("broken: " + id));
    }
    return broken.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private void report(JournalRepair.Outcome outcome) {
    if (isJson) {
      var object = new LinkedHashMap<String, Object>();
      object.put("entity", outcome.entity());
      object.put("lastReadable", outcome.lastReadable());
      object.put("eventsRemoved", outcome.eventsRemoved());
      object.put("snapshotsRemoved", outcome.snapshotsRemoved());
      outcome.copy().ifPresent(copy -> object.put("copy", copy.toString()));
      console.json(object);
    } else if (outcome.copy().isEmpty()) {
      console.line(
          "%s: nothing to repair, readable to event %d"
              .formatted(outcome.entity(), outcome.lastReadable()));
    } else {
      console.line(
          "%s: ends at event %d now; %s and %s taken out, copied to %s"
              .formatted(
                  outcome.entity(),
                  outcome.lastReadable(),
                  Amount.count(outcome.eventsRemoved(), "event"),
                  Amount.count(outcome.snapshotsRemoved(), "snapshot"),
                  outcome.copy().get()));
    }
  }
}
