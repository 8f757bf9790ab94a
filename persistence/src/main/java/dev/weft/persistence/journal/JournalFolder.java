package dev.weft.persistence.journal;

import java.io.File;
import java.sql.SQLException;

/**
 * Where the file of an H2 database is, and whether there is room for more.
 *
 * <p>H2 gives a database up whose file could not be written, for all its connections and until the
 * last of them is closed. So a change is refused while there is room for it, and the database lives
 * on.
 */
final class JournalFolder {

  private static final long ROOM_MAX = 16 << 20;
  private static final int SHARE = 8;

  /** As the SQL standard has it: insufficient resources, disk full (PostgreSQL's). */
  private static final String DISK_FULL = "53100";

  private final File folder;

  JournalFolder(File folder) {
    this.folder = folder;
  }

  /**
   * Looks at the disk.
   *
   * @throws SQLException if less is free than 16 MiB, or than an eighth of a disk where that is
   *     less
   */
  void requireRoom() throws SQLException {
    var expected = Math.min(ROOM_MAX, folder.getTotalSpace() / SHARE);
    var free = folder.getUsableSpace();
    if (free < expected) {
      throw new SQLException(
          "%s: %d bytes free (expected: at least %d, to keep more in the journal)"
              .formatted(folder, free, expected),
          DISK_FULL);
    }
  }
}
