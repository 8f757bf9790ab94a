package dev.weft.persistence.journal;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;

/** A real PostgreSQL for a test, which needs neither root nor anything installed. */
final class Postgres {

  private Postgres() {}

  static EmbeddedPostgres start() throws IOException {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on")
        .setPGStartupWait(Duration.ofSeconds(60))
        .start();
  }

  static JournalSettings settings(EmbeddedPostgres server) {
    return new JournalSettings.Server(
        server.getJdbcUrl("postgres", "postgres"),
        "postgres",
        "postgres",
        4,
        Duration.ofSeconds(5));
  }
}
