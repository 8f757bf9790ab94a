package dev.weft.persistence.journal;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several connections that take turns. */
class WritersInTurnsEndTest {

  @TempDir private Path folder;

  @Test
  void leaveIndexesThatFitTheTable() throws Exception {
    WritersEnd.often(folder, WritersEnd.WRITERS, true);
  }
}
