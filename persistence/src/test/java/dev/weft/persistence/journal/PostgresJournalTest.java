package dev.weft.persistence.journal;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;

/** The journal contract on a real PostgreSQL, with its durability on. */
class PostgresJournalTest extends JournalContract {

  private static EmbeddedPostgres server;

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @Override
  JournalSettings settings() throws IOException {
    server = Postgres.start();
    return Postgres.settings(server);
  }

  @Override
  JournalSettings settingsOfAnotherProcess() {
    return Postgres.settings(server);
  }
}
