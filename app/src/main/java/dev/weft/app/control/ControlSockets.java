package dev.weft.app.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where control sockets stand: {@code PID.sock} in a folder that is its user's alone. */
public final class ControlSockets {

  /** Most bytes of a socket's path, which the system's address structure holds. */
  public static final int PATH_BYTES_MAX = 103;

  private static final Pattern NAME = Pattern.compile("(\\d{1,10})\\.sock");

  private ControlSockets() {}

  /** A process that can be told things. */
  public record Running(long pid, Path socket) {}

  /** Where the socket of this process goes. */
  public static Path own(Path folder) {
    return folder.resolve(ProcessHandle.current().pid() + ".sock");
  }

  /** Whether the system can bind a socket to this path. */
  public static boolean isShortEnough(Path socket) {
    return socket.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX;
  }

  /** All processes in {@code folder} that answer, by process id. */
  public static List<Running> running(Path folder) {
    var running = new ArrayList<Running>();
    for (var socket : sockets(folder)) {
      if (isAlive(socket)) {
        pid(socket).ifPresent(pid -> running.add(new Running(pid, socket)));
      }
    }
    running.sort((a, b) -> Long.compare(a.pid(), b.pid()));
    return List.copyOf(running);
  }

  private static List<Path> sockets(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(file -> pid(file).isPresent()).toList();
    } catch (IOException e) {
      throw new ControlException(
          "folder '%s': %s (expected: a readable folder)".formatted(folder, e), e);
    }
  }

  private static Optional<Long> pid(Path socket) {
    var match = NAME.matcher(String.valueOf(socket.getFileName()));
    return match.matches() ? Optional.of(Long.parseLong(match.group(1))) : Optional.empty();
  }

  /** Whether somebody listens there. */
  static boolean isAlive(Path socket) {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes room for a socket: its folder is there, and what a process left that ended is gone.
   *
   * @throws ControlException if the place is held by a living process or is no socket
   */
  static void prepare(Path socket) {
    if (!isShortEnough(socket)) {
      throw new ControlException(
          "control socket '%s': path too long (expected: <= %d bytes; choose one by --control PATH)"
              .formatted(socket, PATH_BYTES_MAX));
    }
    try {
      var folder = socket.toAbsolutePath().getParent();
      if (folder != null && !Files.isDirectory(folder)) {
        makePrivate(folder);
      }
      if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
        removeStale(socket);
      }
    } catch (IOException e) {
      throw new ControlException(
          "control socket '%s': %s (expected: a folder this user may write to)"
              .formatted(socket, e),
          e);
    }
  }

  private static void makePrivate(Path folder) throws IOException {
    var parent = folder.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      var owner = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(owner));
    } else {
      Files.createDirectories(folder);
    }
  }

  private static void removeStale(Path socket) throws IOException {
    if (isAlive(socket)) {
      throw new ControlException(
          "control socket '%s': held by another process (expected: a free path)".formatted(socket));
    }
    if (Files.isRegularFile(socket) || Files.isDirectory(socket)) {
      throw new ControlException(
          "control socket '%s': a file or folder is there (expected: a free path)"
              .formatted(socket));
    }
    Files.delete(socket);
  }

  /** Removes the sockets of processes that ended without. */
  static void removeStaleIn(Path folder) {
    for (var socket : sockets(folder)) {
      var isGone = pid(socket).map(ProcessHandle::of).filter(Optional::isPresent).isEmpty();
      if (isGone && !isAlive(socket)) {
        try {
          Files.deleteIfExists(socket);
        } catch (IOException e) {
          // Another process removed it, or nobody can: it does no harm.
        }
      }
    }
  }
}
