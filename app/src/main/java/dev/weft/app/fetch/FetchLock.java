package dev.weft.app.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets one process at a time fetch into a cache folder. The system ends the lock with the process
 * that holds it, however that ends.
 */
final class FetchLock implements AutoCloseable {

  private static final int PID_LENGTH_MAX = 20;
  private static final long POLL_MILLIS = 100;

  private final FileChannel channel;

  private FetchLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits until the lock of {@code cache} is free and takes it.
   *
   * @param waiting is told once if there is need to wait, and for whom
   * @throws FetchException if nothing can be written to the folder
   */
  static FetchLock acquire(Path cache, Consumer<String> waiting) {
    try {
      Files.createDirectories(cache);
      var channel =
          FileChannel.open(
              cache.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      var isTold = false;
      while (tryLock(channel).isEmpty()) {
        if (!isTold) {
          waiting.accept(
              "another weft process (pid %s) is fetching; waiting".formatted(holder(channel)));
          isTold = true;
        }
        Thread.sleep(POLL_MILLIS);
      }
      writeHolder(channel);
      return new FetchLock(channel);
    } catch (IOException e) {
      throw new FetchException(
          "cannot write to folder '%s': %s (expected: a folder this user may write to)"
              .formatted(cache, e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchException("interrupted while waiting for another weft process", e);
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    var buffer = ByteBuffer.allocate(PID_LENGTH_MAX);
    channel.read(buffer, 0);
    var pid = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
    return pid.isEmpty() ? "unknown" : pid;
  }

  private static void writeHolder(FileChannel channel) throws IOException {
    var pid = Long.toString(ProcessHandle.current().pid());
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)), 0);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new FetchException("lock: cannot close: " + e.getMessage(), e);
    }
  }
}
