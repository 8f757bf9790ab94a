package dev.weft.persistence.journal;

import dev.weft.persistence.disk.DiskException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to use an embedded journal's folder: held by one owner at a time, over all processes of
 * the machine and all parts of each. It ends with the process, however that ends.
 */
final class FolderLock implements AutoCloseable {

  /**
   * Lock files held in this process: its lock on a file ends with the first channel to it that is
   * closed, whichever that is, so none may be opened a second time.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Takes the folder, which is made if it is not there; fails at once if another has it. */
  static FolderLock take(Path folder) {
    try {
      Files.createDirectories(folder);
      var file = folder.toRealPath().resolve("lock");
      if (!HELD.add(file)) {
        throw inUse(folder, "this");
      }
      var channel = Optional.<FileChannel>empty();
      try {
        channel = locked(file);
        return new FolderLock(file, channel.orElseThrow(() -> inUse(folder, "another")));
      } finally {
        if (channel.isEmpty()) {
          HELD.remove(file);
        }
      }
    } catch (IOException e) {
      throw new JournalException(
          JournalException.Code.UNREACHABLE,
          "journal %s: %s (expected: a folder this user may write to)"
              .formatted(folder, DiskException.words(e)),
          e);
    }
  }

  private static JournalException inUse(Path folder, String whose) {
    return new JournalException(
        JournalException.Code.IN_USE,
        "journal %s: in use by %s process (expected: one at a time)".formatted(folder, whose));
  }

  /** A channel that has the lock; empty if another process has it. */
  private static Optional<FileChannel> locked(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    var isLocked = false;
    try {
      isLocked = channel.tryLock() != null;
    } finally {
      if (!isLocked) {
        channel.close();
      }
    }
    return isLocked ? Optional.of(channel) : Optional.empty();
  }

  @Override
  public void close() {
    try {
      if (channel.isOpen()) {
        channel.close();
        HELD.remove(file);
      }
    } catch (IOException e) {
      throw new JournalException(
          JournalException.Code.FAILED,
          "journal lock %s: %s (expected: to be given back)"
              .formatted(file, DiskException.words(e)),
          e);
    }
  }
}
