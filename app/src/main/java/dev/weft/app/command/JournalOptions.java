package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.persistence.journal.JournalSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which journal a command is about. */
final class JournalOptions {

  private static final String PASSWORD = "WEFT_DB_PASSWORD";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "The embedded journal's folder; default .weft/journal.")
  private @Nullable Path folder;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "A PostgreSQL journal instead, as jdbc:postgresql://HOST:PORT/DATABASE, or one that weft"
              + " db serve serves; its password is read from the environment, WEFT_DB_PASSWORD.")
  private @Nullable String url;

  @Option(names = "--user", paramLabel = "USER", description = "Who we are there.")
  private String user = "";

  /** As {@link #settings}, of a journal that must be there. */
  JournalSettings existing(Home home, Map<String, String> environment) {
    var settings = settings(home, environment);
    if (settings instanceof JournalSettings.Embedded(var place, _) && !Files.isDirectory(place)) {
      throw new WrongUse("journal: '%s' (expected: a journal's folder)".formatted(place));
    }
    return settings;
  }

  JournalSettings settings(Home home, Map<String, String> environment) {
    if (url == null) {
      var place = folder == null ? home.journal() : folder;
      return new JournalSettings.Embedded(place, TIMEOUT);
    }
    if (folder != null) {
      throw new WrongUse("--folder and --url (expected: one of them)");
    }
    return new JournalSettings.Server(
        url, user, environment.getOrDefault(PASSWORD, ""), 1, TIMEOUT);
  }
}
