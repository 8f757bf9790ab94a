package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.home.Home;
import dev.weft.persistence.journal.Journal;
import java.util.LinkedHashMap;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft db migrate}: brings a journal's tables to this version. */
@Command(
    name = "migrate",
    description = {
      "Creates the tables of a journal, or upgrades those of an older Weft.",
      "An embedded journal does so by itself when it is opened. A journal that a newer Weft has"
          + " used is refused."
    },
    footer = {
      "",
      "Examples:",
      "  weft db migrate",
      "  WEFT_DB_PASSWORD=... weft db migrate --url jdbc:postgresql://db/weft --user weft"
    })
final class DbMigrateCommand implements Callable<Integer> {

  private final Console console;
  private final Home home;

  @Mixin private JournalOptions journal = new JournalOptions();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  DbMigrateCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    try (var migrated = Journal.migrate(journal.settings(home, System.getenv()))) {
      report(migrated.schemaBefore(), migrated.schemaVersion().orElseThrow());
    }
    return ExitCode.OK;
  }

  private void report(OptionalInt before, int now) {
    if (isJson) {
      var object = new LinkedHashMap<String, Object>();
      before.ifPresent(version -> object.put("before", version));
      object.put("version", now);
      console.json(object);
    } else if (before.isEmpty()) {
      console.line("journal created, schema version " + now);
    } else if (before.getAsInt() == now) {
      console.line("journal is up to date, schema version " + now);
    } else {
      console.line(
          "journal upgraded from schema version %d to %d".formatted(before.getAsInt(), now));
    }
  }
}
