package dev.weft.app.flag;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.app.failure.WorkFailed;
import dev.weft.fabric.embedded.Flags;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.flag.FlagBook;
import dev.weft.fabric.flag.FlagChange;
import dev.weft.stages.spi.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;

/**
 * Where changes of flags are kept, for one process at a time: {@code flags.jsonl}, a line each,
 * which is on the disk before the change takes effect. A file that has grown to {@value
 * #FILE_BYTES_MAX} bytes becomes {@code flags.1.jsonl}, in place of the one before, and the next
 * begins with what is set.
 */
public final class FlagFolder implements Flags.Journal, AutoCloseable {

  /** A file with more bytes gets no more changes. */
  static final long FILE_BYTES_MAX = 8 << 20;

  /** A file that is larger than any written here is not read. */
  private static final long READ_BYTES_MAX = 4 * FILE_BYTES_MAX;

  private final Path file;
  private final FileChannel lock;
  private final long fileBytesMax;
  private volatile FlagBook book;

  private FlagFolder(Path file, FileChannel lock, FlagBook book, long fileBytesMax) {
    this.file = file;
    this.lock = lock;
    this.book = book;
    this.fileBytesMax = fileBytesMax;
  }

  /**
   * Opens a folder, which is made if it is not there.
   *
   * @throws WorkFailed if another process has it, it cannot be used, or what it holds is wrong
   */
  public static FlagFolder at(Path folder) {
    return at(folder, FILE_BYTES_MAX);
  }

  static FlagFolder at(Path folder, long fileBytesMax) {
    try {
      Files.createDirectories(folder);
      var lock =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (!isLocked(lock)) {
          throw new WorkFailed(
              "--flags: '%s' is another process's (expected: a folder of its own)"
                  .formatted(folder));
        }
        var file = folder.resolve("flags.jsonl");
        return new FlagFolder(file, lock, read(file), fileBytesMax);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new WorkFailed(
          "--flags: '%s': %s (expected: a folder this user may write to)".formatted(folder, e), e);
    }
  }

  private static boolean isLocked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** What is set after all lines; a last one without its end was never a change. */
  private static FlagBook read(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.writeString(file, FlagLine.HEAD + "\n");
      return FlagBook.empty();
    }
    if (Files.size(file) > READ_BYTES_MAX) {
      throw new WorkFailed("%s: too large (expected: <= %d bytes)".formatted(file, READ_BYTES_MAX));
    }
    var text = Files.readString(file);
    var end = text.lastIndexOf('\n') + 1;
    var lines = text.substring(0, end).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(FlagLine.HEAD)) {
      throw new WorkFailed("%s: line 1 (expected: %s)".formatted(file, FlagLine.HEAD));
    }
    var book = FlagBook.empty();
    for (var i = 1; i < lines.size(); i++) {
      try {
        book = FlagLine.after(book, lines.get(i));
      } catch (IllegalArgumentException e) {
        throw new WorkFailed("%s: line %d: %s".formatted(file, i + 1, e.getMessage()), e);
      }
    }
    if (end < text.length()) {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(text.substring(0, end).getBytes(UTF_8).length);
      }
    }
    return book;
  }

  /** What is set. */
  public FlagBook book() {
    return book;
  }

  @Override
  public void keep(FlagChange change, FlagBook after) {
    try {
      if (Files.size(file) >= fileBytesMax) {
        startAnew();
      }
      append(file, FlagLine.of(change) + "\n");
      book = after;
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.IO_FAILED,
          "flag '%s' stays as it is, as the change cannot be kept: '%s': %s"
              .formatted(change.flag(), file, e));
    }
  }

  /** Adds a line and has it on the disk, or leaves the file as it was. */
  private static void append(Path file, String line) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var before = channel.size();
      try {
        channel.position(before);
        for (var bytes = ByteBuffer.wrap(line.getBytes(UTF_8)); bytes.hasRemaining(); ) {
          channel.write(bytes);
        }
        channel.force(true);
      } catch (IOException e) {
        channel.truncate(before);
        throw e;
      }
    }
  }

  private void startAnew() throws IOException {
    var next = file.resolveSibling("flags.next.jsonl");
    var text = new StringBuilder(FlagLine.HEAD).append('\n');
    new TreeMap<>(book.settings())
        .forEach((flag, setting) -> text.append(FlagLine.of(flag, setting)).append('\n'));
    Files.deleteIfExists(next);
    append(next, text.toString());
    Files.copy(file, file.resolveSibling("flags.1.jsonl"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Lets other processes have it. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new WorkFailed("%s: %s".formatted(file, e), e);
    }
  }
}
