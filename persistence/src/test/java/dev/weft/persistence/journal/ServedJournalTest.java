package dev.weft.persistence.journal;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** The journal contract on an embedded database that is served. */
class ServedJournalTest extends JournalContract {

  private static @Nullable JournalServer server;

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  JournalSettings settings() {
    server = JournalServer.open(folder.resolve("served"), "127.0.0.1", 0);
    return settingsOfAnotherProcess();
  }

  @Override
  JournalSettings settingsOfAnotherProcess() {
    return of(requireNonNull(server));
  }

  static JournalSettings.Server of(JournalServer server) {
    return new JournalSettings.Server(
        server.url(),
        server.user(),
        JournalPassword.read(server.passwordFile()),
        4,
        Duration.ofSeconds(5));
  }
}
