package dev.weft.app.flag;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.app.failure.WorkFailed;
import dev.weft.fabric.embedded.Flags;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.flag.FlagBook;
import dev.weft.fabric.flag.FlagChange;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.disk.DiskLock;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.stages.spi.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
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

  private static final String FILE = "flags.jsonl";
  private static final String NEXT = "flags.next.jsonl";
  private static final String LAST = "flags.1.jsonl";

  private final FolderDisk disk;
  private final DiskLock lock;
  private final long fileBytesMax;
  private volatile FlagBook book;

  private FlagFolder(FolderDisk disk, DiskLock lock, FlagBook book, long fileBytesMax) {
    this.disk = disk;
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
      var disk = FolderDisk.at(folder);
      var lock = disk.lock("lock");
      try {
        return new FlagFolder(disk, lock, read(disk), fileBytesMax);
      } catch (DiskException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (DiskException e) {
      var isHeld = e.kind() == DiskException.Kind.LOCKED;
      throw new WorkFailed(
          "--flags: %s%s"
              .formatted(
                  e.getMessage(), isHeld ? "" : " (expected: a folder this user may write to)"),
          e);
    }
  }

  /** What is set after all lines; a last one without its end was never a change. */
  private static FlagBook read(FolderDisk disk) throws DiskException {
    var place = disk.place(FILE);
    requireNamed(disk);
    var size = disk.size(FILE);
    if (size < 0) {
      write(disk, FILE, FlagLine.HEAD + "\n");
      return FlagBook.empty();
    }
    if (size > READ_BYTES_MAX) {
      throw new WorkFailed(
          "%s: too large (expected: <= %d bytes)".formatted(place, READ_BYTES_MAX));
    }
    try (var file = disk.open(FILE)) {
      var content = ByteBuffer.allocate((int) size);
      file.read(0, content);
      var text = new String(content.array(), UTF_8);
      var whole = text.substring(0, text.lastIndexOf('\n') + 1);
      var book = after(place, whole.lines().toList());
      file.truncate(whole.getBytes(UTF_8).length);
      return book;
    }
  }

  /** If it ended between the two names of a file that was started anew, that file is whole. */
  private static void requireNamed(FolderDisk disk) throws DiskException {
    if (disk.size(FILE) < 0 && disk.size(NEXT) >= 0) {
      rename(disk, NEXT, FILE);
    }
  }

  private static FlagBook after(String place, List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().equals(FlagLine.HEAD)) {
      throw new WorkFailed("%s: line 1 (expected: %s)".formatted(place, FlagLine.HEAD));
    }
    var book = FlagBook.empty();
    for (var i = 1; i < lines.size(); i++) {
      try {
        book = FlagLine.after(book, lines.get(i));
      } catch (IllegalArgumentException e) {
        throw new WorkFailed("%s: line %d: %s".formatted(place, i + 1, e.getMessage()), e);
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
      requireNamed(disk);
      if (disk.size(FILE) >= fileBytesMax) {
        startAnew();
      }
      try (var file = disk.open(FILE)) {
        append(file, FlagLine.of(change) + "\n");
      }
      book = after;
    } catch (DiskException e) {
      throw new WeftException(
          ErrorCode.IO_FAILED,
          "flag '%s' stays as it is, as the change cannot be kept: %s"
              .formatted(change.flag(), e.getMessage()));
    }
  }

  /** Adds lines and has them on the disk, or leaves the file as it was. */
  private static void append(DiskFile file, String lines) throws DiskException {
    var before = file.size();
    try {
      file.append(ByteBuffer.wrap(lines.getBytes(UTF_8)));
      file.force();
    } catch (DiskException e) {
      file.truncate(before);
      throw e;
    }
  }

  /** A file of its own, which is there after a loss of power, too. */
  private static void write(FolderDisk disk, String name, String lines) throws DiskException {
    disk.delete(name);
    try (var file = disk.create(name)) {
      append(file, lines);
    }
    disk.force();
  }

  /** The present settings in a file to go on with; the one before stays beside it. */
  private void startAnew() throws DiskException {
    var lines = new StringBuilder(FlagLine.HEAD).append('\n');
    new TreeMap<>(book.settings())
        .forEach((flag, setting) -> lines.append(FlagLine.of(flag, setting)).append('\n'));
    write(disk, NEXT, lines.toString());
    rename(disk, FILE, LAST);
    rename(disk, NEXT, FILE);
  }

  private static void rename(FolderDisk disk, String from, String to) throws DiskException {
    disk.rename(from, to);
    disk.force();
  }

  /** Lets other processes have it. */
  @Override
  public void close() {
    lock.close();
  }
}
