package dev.weft.persistence.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * The file of an embedded database, before the database opens it.
 *
 * <p>After a process that ended by itself, H2 looks for the newest state from where the file's
 * header points, which is written seldom. If space between there and the newest state was used
 * again, it takes an older state for the newest one, down to an empty database, and says nothing;
 * {@code EmbeddedFileTest} has such ends. A look at the whole file finds the newest state that is
 * complete.
 */
final class EmbeddedFile {

  private static final int BLOCK = 4096;
  private static final int HEADERS = 2;

  private EmbeddedFile() {}

  /**
   * Has the file at {@code path} point to its newest state, if it was not closed in order.
   *
   * @param path without the ending that the database gives it
   * @throws MVStoreException if there is no whole state in it
   */
  static void mend(Path path) throws IOException {
    var file = Path.of(path + ".mv.db");
    if (!Files.exists(file) || Files.size(file) == 0 || isClosed(file)) {
      return;
    }
    SyncedPath.register();
    new MVStore.Builder()
        .fileName("%s:%s".formatted(SyncedPath.SCHEME, file))
        .recoveryMode()
        .autoCommitDisabled()
        .open()
        .close();
  }

  /** Whether both headers are the same and marked as those of a file that was closed. */
  private static boolean isClosed(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(HEADERS * BLOCK);
      var text = new String(bytes, StandardCharsets.ISO_8859_1);
      return bytes.length == HEADERS * BLOCK
          && text.lines().findFirst().orElse("").contains(",clean:1,")
          && text.substring(0, BLOCK).equals(text.substring(BLOCK));
    }
  }
}
