package dev.weft.persistence.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * Files of the embedded database whose writes return when the bytes are on the disk, not when the
 * operating system has them.
 *
 * <p>H2 never waits for the disk at a commit, whatever its settings: what it wrote survives the end
 * of the process but not a power cut. The database appends its changes, so opening its file for
 * synchronous writes costs one wait or two per transaction and keeps their order.
 */
public final class SyncedPath extends FilePathWrapper {

  /** How these files are named: {@code synced:/folder/file}. */
  static final String SCHEME = "synced";

  /** Makes the scheme known to the database, once for the process. */
  static void register() {
    FilePath.register(new SyncedPath());
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    var file = Path.of(getBase().toString());
    return switch (mode.toLowerCase(Locale.ROOT)) {
      case "r" -> FileChannel.open(file, StandardOpenOption.READ);
      case "rw", "rws", "rwd" ->
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.DSYNC);
      default -> throw new IOException("mode: '%s' (expected: r or rw)".formatted(mode));
    };
  }
}
