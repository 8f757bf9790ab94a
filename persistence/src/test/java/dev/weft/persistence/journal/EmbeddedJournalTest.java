package dev.weft.persistence.journal;

import java.time.Duration;

/** The journal contract on the embedded database. */
class EmbeddedJournalTest extends JournalContract {

  @Override
  JournalSettings settings() {
    return in("journal");
  }

  @Override
  JournalSettings settingsOfAnotherProcess() {
    return in("killed");
  }

  private JournalSettings in(String name) {
    return new JournalSettings.Embedded(folder.resolve(name), Duration.ofSeconds(5));
  }
}
