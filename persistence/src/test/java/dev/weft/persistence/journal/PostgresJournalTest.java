package dev.weft.persistence.journal;

import static java.util.Objects.requireNonNull;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** The journal contract on a real PostgreSQL, with its durability on. */
class PostgresJournalTest extends JournalContract {

  private static @Nullable EmbeddedPostgres server;

  @AfterAll
  static void stopServer() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Override
  JournalSettings settings() throws IOException {
    var started = Postgres.start();
    server = started;
    return Postgres.settings(started);
  }

  @Override
  JournalSettings settingsOfAnotherProcess() {
    return Postgres.settings(requireNonNull(server));
  }
}
