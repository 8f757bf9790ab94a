package dev.weft.persistence.disk;

import dev.weft.persistence.disk.DiskException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder of a real file system. Files are readable by their owner only, where that exists, unless
 * the folder is {@linkplain #shared shared}.
 */
public final class FolderDisk implements Disk {

  /**
   * Locks this process holds. Kept beside the system's, which go with the first channel of the
   * process that is closed, whichever it is.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;
  private static final int PID_DIGITS_MAX = 20;

  private final Path folder;
  private final Access access;

  /** What this process may do in the folder, and who else may read what it makes. */
  private enum Access {
    PRIVATE,
    SHARED,
    READ_ONLY
  }

  private FolderDisk(Path folder, Access access) {
    this.folder = folder;
    this.access = access;
  }

  /** The folder at {@code path}, made if it is not there. */
  public static FolderDisk at(Path path) throws DiskException {
    return made(path, Access.PRIVATE);
  }

  /**
   * The folder at {@code path}, made if it is not there, for what is meant to be given to others:
   * its files may be read by whom the process lets read its files.
   */
  public static FolderDisk shared(Path path) throws DiskException {
    return made(path, Access.SHARED);
  }

  private static FolderDisk made(Path path, Access access) throws DiskException {
    return tell(
        path.toString(),
        () -> {
          if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new DiskException(Kind.FAILED, path + ": a file (expected: a folder)");
          }
          Files.createDirectories(path);
          return new FolderDisk(path, access);
        });
  }

  /**
   * The folder at {@code path}, to be read: nothing in it is made, changed or locked.
   *
   * @throws DiskException of kind {@code ABSENT} if there is no such folder
   */
  public static FolderDisk toRead(Path path) throws DiskException {
    if (!Files.isDirectory(path)) {
      throw new DiskException(Kind.ABSENT, path + ": not there (expected: a folder)");
    }
    return new FolderDisk(path, Access.READ_ONLY);
  }

  @Override
  public String place(String name) {
    return folder.resolve(name).toString();
  }

  private void requireWritable(String name) throws DiskException {
    if (access == Access.READ_ONLY) {
      throw new DiskException(
          Kind.FAILED, place(name) + ": opened to be read (expected: no change)");
    }
  }

  @Override
  public DiskFile create(String name) throws DiskException {
    requireWritable(name);
    return open(
        name, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Override
  public DiskFile open(String name) throws DiskException {
    return access == Access.READ_ONLY
        ? open(name, StandardOpenOption.READ)
        : open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private DiskFile open(String name, OpenOption... options) throws DiskException {
    return tell(place(name), () -> new ChannelFile(place(name), channel(name, options)));
  }

  private FileChannel channel(String name, OpenOption... options) throws IOException {
    var path = folder.resolve(name);
    if (access != Access.PRIVATE
        || !Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      return FileChannel.open(path, options);
    }
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    return FileChannel.open(path, Set.of(options), owner);
  }

  @Override
  public List<String> list() throws DiskException {
    return tell(
        folder.toString(),
        () -> {
          try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
          }
        });
  }

  @Override
  public long size(String name) throws DiskException {
    var path = folder.resolve(name);
    return tell(path.toString(), () -> Files.exists(path) ? Files.size(path) : -1L);
  }

  @Override
  public void delete(String name) throws DiskException {
    requireWritable(name);
    tell(place(name), () -> Files.deleteIfExists(folder.resolve(name)));
  }

  @Override
  public void rename(String from, String to) throws DiskException {
    requireWritable(from);
    tell(
        place(from),
        () ->
            Files.move(
                folder.resolve(from),
                folder.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING));
  }

  /** Where folders cannot be forced (Windows) the file system keeps its names by itself. */
  @Override
  public void force() throws DiskException {
    if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
      return;
    }
    tell(
        folder.toString(),
        () -> {
          try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
            return true;
          }
        });
  }

  /** The file also says whose lock it is, so that who comes second can be told. */
  @Override
  public DiskLock lock(String name) throws DiskException {
    requireWritable(name);
    return tell(
        place(name),
        () -> {
          var file = folder.toRealPath().resolve(name);
          if (!HELD.add(file)) {
            throw new DiskException(Kind.LOCKED, inUse(ownPid()));
          }
          try {
            return lock(name, file);
          } catch (IOException | RuntimeException e) {
            HELD.remove(file);
            throw e;
          }
        });
  }

  /**
   * The process whose lock {@code name} is, as far as that can be told without touching the lock;
   * empty if that process has ended, or there is none.
   */
  public Optional<Long> holder(String name) throws DiskException {
    return tell(
        place(name),
        () -> {
          var file = folder.resolve(name);
          if (!Files.exists(file)) {
            return Optional.empty();
          }
          // Own locks go with any channel to the file that is closed.
          if (HELD.contains(file.toRealPath())) {
            return Optional.of(ProcessHandle.current().pid());
          }
          var pid = Files.readString(file, StandardCharsets.US_ASCII);
          return pid.matches("\\d{1,18}")
              ? Optional.of(Long.parseLong(pid)).filter(FolderDisk::isAlive)
              : Optional.empty();
        });
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private DiskLock lock(String name, Path file) throws IOException {
    var channel =
        channel(name, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      // Beyond what is read: some systems keep others from reading what is locked.
      if (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
        throw new DiskException(Kind.LOCKED, inUse(holder(channel)));
      }
      sign(channel);
      return new ChannelLock(channel, file);
    } catch (IOException | RuntimeException e) {
      quietly(channel);
      throw e;
    }
  }

  private static void sign(FileChannel channel) throws IOException {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(ownPid().getBytes(StandardCharsets.US_ASCII)), 0);
    } catch (IOException e) {
      // A full disk has room for nobody's name; the lock holds without one.
      if (!isFull(e)) {
        throw e;
      }
    }
  }

  private static String ownPid() {
    return Long.toString(ProcessHandle.current().pid());
  }

  private static String holder(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(PID_DIGITS_MAX);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
  }

  private String inUse(String pid) {
    return "%s: in use%s (expected: one process and one store at a time)"
        .formatted(folder, pid.matches("\\d+") ? " by process " + pid : "");
  }

  private record ChannelLock(FileChannel channel, Path file) implements DiskLock {

    @Override
    public void close() {
      if (channel.isOpen()) {
        quietly(channel);
        HELD.remove(file);
      }
    }
  }

  private record ChannelFile(String place, FileChannel channel) implements DiskFile {

    @Override
    public long size() throws DiskException {
      return tell(place, channel::size);
    }

    @Override
    public void append(ByteBuffer bytes) throws DiskException {
      tell(
          place,
          () -> {
            var at = channel.size();
            while (bytes.hasRemaining()) {
              at += channel.write(bytes, at);
            }
            return at;
          });
    }

    @Override
    public int read(long position, ByteBuffer into) throws DiskException {
      return tell(
          place,
          () -> {
            var read = 0;
            while (into.hasRemaining()) {
              var more = channel.read(into, position + read);
              if (more < 0) {
                break;
              }
              read += more;
            }
            return read;
          });
    }

    @Override
    public void truncate(long size) throws DiskException {
      tell(place, () -> channel.truncate(size));
    }

    @Override
    public void force() throws DiskException {
      tell(
          place,
          () -> {
            channel.force(false);
            return true;
          });
    }

    @Override
    public void close() {
      quietly(channel);
    }
  }

  /** What was to be durable was forced before; a file that will not close can lose nothing. */
  private static void quietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      return;
    }
  }

  private interface Work<T> {
    T done() throws IOException;
  }

  /** The result of {@code work}, or its failure by kind. */
  private static <T> T tell(String what, Work<T> work) throws DiskException {
    try {
      return work.done();
    } catch (DiskException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new DiskException(Kind.ABSENT, what + ": not there", e);
    } catch (IOException e) {
      var kind = isFull(e) ? Kind.FULL : Kind.FAILED;
      throw new DiskException(kind, "%s: %s".formatted(what, DiskException.words(e)), e);
    }
  }

  /** The system's own words are all that Java tells of ENOSPC and EDQUOT. */
  private static boolean isFull(IOException e) {
    var reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason != null
        && (reason.contains("No space left")
            || reason.contains("quota exceeded")
            || reason.contains("not enough space"));
  }
}
