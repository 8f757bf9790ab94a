package dev.weft.persistence.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to use an embedded journal's folder: held by one owner at a time, over all processes of
 * the machine and all parts of each. It ends with the process, however that ends.
 */
final class FolderLock implements AutoCloseable {

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the folder, which is made if it is not there; fails at once if another has it. */
  static FolderLock take(Path folder) {
    try {
      Files.createDirectories(folder);
      var channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new JournalException(
            JournalException.Code.IN_USE,
            "journal %s: in use by another process (expected: one at a time)".formatted(folder));
      }
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new JournalException(
          JournalException.Code.UNREACHABLE,
          "journal %s: %s (expected: a folder this user may write to)".formatted(folder, e),
          e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new JournalException(JournalException.Code.FAILED, "journal lock: " + e, e);
    }
  }
}
