package dev.weft.stages.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file mapped by a parent, and by its stage processes through the file's path; in memory where
 * the system has a folder for that. Only this user may open it.
 *
 * <p>The mapping lasts until every holder has let go of it. While the file can be seen in its
 * folder it is locked, so that files left by a parent that was killed are told apart and swept.
 */
final class RegionFile {

  private static final int FRESH_SECONDS = 5;
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final AtomicLong MAPPED_BYTES = new AtomicLong();
  private static final AtomicBoolean SWEPT = new AtomicBoolean();

  private final Path path;
  private final FileChannel channel;
  private final Arena arena;
  private final MemorySegment memory;
  private final AtomicInteger holders = new AtomicInteger(1);

  private RegionFile(Path path, FileChannel channel, Arena arena, MemorySegment memory) {
    this.path = path;
    this.channel = channel;
    this.arena = arena;
    this.memory = memory;
  }

  /** A new file of {@code bytes} zeros, mapped, with one holder. */
  static RegionFile create(long bytes) throws IOException {
    var folder = folder(bytes);
    if (SWEPT.compareAndSet(false, true)) {
      StaleFiles.sweep(folder, Instant.now().minusSeconds(FRESH_SECONDS));
    }
    var pid = ProcessHandle.current().pid();
    var path =
        folder.resolve(
            ProcessStages.FILE_PREFIX + pid + "-" + NUMBERS.incrementAndGet() + ".region");
    // What a process of the same number left before this one began is nobody's any more.
    Files.deleteIfExists(path);
    var channel = FileChannel.open(path, options(), onlyOwner(folder));
    // For a process that ends without closing its stages, as by Ctrl-C.
    path.toFile().deleteOnExit();
    var arena = Arena.ofShared();
    try {
      channel.lock();
      var memory = channel.map(MapMode.READ_WRITE, 0, bytes, arena);
      MAPPED_BYTES.addAndGet(bytes);
      return new RegionFile(path, channel, arena, memory);
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      channel.close();
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** Maps a parent's file for as long as this process lives. */
  static MemorySegment open(Path path, MapMode mode) throws IOException {
    var options =
        mode == MapMode.READ_ONLY
            ? Set.of(StandardOpenOption.READ)
            : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(path, options)) {
      return channel.map(mode, 0, channel.size(), Arena.global());
    }
  }

  Path path() {
    return path;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Takes the file out of its folder; the mapping stays, and who has not opened it never will. */
  void unlink() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a holder, unless the mapping has ended. */
  boolean tryHold() {
    return holders.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
  }

  /** One holder lets go; the last one ends the mapping. */
  void letGo() {
    if (holders.decrementAndGet() == 0) {
      MAPPED_BYTES.addAndGet(-memory.byteSize());
      arena.close();
    }
  }

  /**
   * Where a file of {@code bytes} is kept: in memory if it would fit there with all that are
   * mapped, since to write a mapped page for which there is no room would end this process.
   *
   * @throws IOException if there is no room anywhere
   */
  private static Path folder(long bytes) throws IOException {
    var needed = MAPPED_BYTES.get() + bytes;
    for (var folder : List.of(SHARED_MEMORY, Path.of(System.getProperty("java.io.tmpdir")))) {
      if (Files.isWritable(folder) && Files.getFileStore(folder).getUsableSpace() >= needed) {
        return folder;
      }
    }
    throw new IOException("room for shared memory: none (expected: %d bytes)".formatted(needed));
  }

  private static Set<StandardOpenOption> options() {
    return EnumSet.of(
        StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static FileAttribute<?>[] onlyOwner(Path folder) throws IOException {
    var posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** Whether {@code path} is such a file and no link to somewhere else. */
  static boolean isRegion(Path path) {
    return path.getFileName().toString().startsWith(ProcessStages.FILE_PREFIX)
        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }
}
