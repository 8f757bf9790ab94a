package dev.weft.stages.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/** The region files of parents that were killed. */
final class StaleFiles {

  private StaleFiles() {}

  /**
   * Deletes those in {@code folder}; what cannot be deleted stays for the next time.
   *
   * @param before files written later are left alone: in the moment one is made it is not locked
   *     yet
   */
  static void sweep(Path folder, Instant before) {
    try (var files = Files.newDirectoryStream(folder, ProcessStages.FILE_PREFIX + "*")) {
      for (var file : files) {
        if (RegionFile.isRegion(file) && !isOwn(file)) {
          deleteIfLeft(file, before);
        }
      }
    } catch (IOException _) {
      // A folder that cannot be listed hides stale files from us; they do no harm but take room.
    }
  }

  /** Opening and closing a file of our own would give up the lock that says it is in use. */
  private static boolean isOwn(Path file) {
    var pid = ProcessHandle.current().pid();
    return file.getFileName().toString().startsWith(ProcessStages.FILE_PREFIX + pid + "-");
  }

  private static void deleteIfLeft(Path file, Instant before) {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
        var lock = channel.tryLock()) {
      if (lock != null && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException _) {
      // Another user's, or just deleted by its owner.
    }
  }
}
