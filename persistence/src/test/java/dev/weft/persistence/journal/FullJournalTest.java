package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full, where this user may mount one. */
class FullJournalTest {

  @TempDir private Path folder;

  @Test
  void whatWasKeptStaysAndTheJournalGoesOnWithRoomAgain() throws Exception {
    var said = FullJournal.write(folder);
    assumeTrue(!said.isEmpty(), "this user may not mount a disk");

    assertTrue(said.getFirst().contains("bytes free (expected: at least "), said.getFirst());
    assertEquals(
        List.of(
            "not entered",
            "Ledger[amounts=[0, 7]]",
            "Ledger[amounts=[]]",
            "Ledger[amounts=[2, 7]]"),
        said.subList(1, said.size()));
  }
}
