package dev.weft.persistence.journal;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal's own connections. */
class WritersEndTest {

  @TempDir private Path folder;

  @Test
  void leaveIndexesThatFitTheTable() throws Exception {
    var settings = new JournalSettings.Embedded(folder, Duration.ofSeconds(5));
    var connections = Integer.getInteger("weft.test.connections", settings.connections());
    WritersEnd.often(folder, connections, false);
  }
}
