package dev.weft.gateway.region;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.stages.process.ProcessStages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * A file of shared memory that is a regular file of this process' own user, and no link. It is
 * opened anew for each use, and is the same file then or none.
 *
 * @param device and {@code inode}: which file it is, whatever bears its name later
 */
record SharedFile(Path path, Object device, Object inode) {

  /** What a name may be made of: what is shown as it is, and no separator. */
  private static final String KEY = "[!-.0-~]{1,255}";

  private static final String ATTRIBUTES = "unix:mode,uid,dev,ino";
  private static final int TYPE_MASK = 0170000;
  private static final int REGULAR = 0100000;

  private static final Set<? extends java.nio.file.OpenOption> OPTIONS =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  /**
   * The file of this key.
   *
   * @param folder of all shared memory
   * @throws ProtocolException if it is none that may be used
   */
  static SharedFile find(Path folder, String key) {
    var name = name(key);
    var path = folder.resolve(name);
    try {
      var found = attributes(path);
      var isRegular = ((int) value(found, "mode") & TYPE_MASK) == REGULAR;
      if (!isRegular || !value(found, "uid").equals(ownUser())) {
        throw unfit(key);
      }
      return new SharedFile(path, value(found, "dev"), value(found, "ino"));
    } catch (IOException e) {
      throw unfit(key);
    }
  }

  /**
   * The name a key stands for; as {@code shm_open} has it, a separator may lead.
   *
   * @throws ProtocolException if it can be no name of a file
   */
  static String name(String key) {
    var name = key.startsWith("/") ? key.substring(1) : key;
    if (!name.matches(KEY)
        || name.equals(".")
        || name.equals("..")
        || name.startsWith(ProcessStages.FILE_PREFIX)) {
      throw new ProtocolException(
          Fault.INVALID,
          "key: '%s' (expected: 1 to 255 printable characters without '/', no dots alone, not %s*)"
              .formatted(
                  key.length() > 80 ? key.substring(0, 80) + "..." : key,
                  ProcessStages.FILE_PREFIX));
    }
    return name;
  }

  /** What is there and may not be used is told like what is not there. */
  private static ProtocolException unfit(String key) {
    return new ProtocolException(
        Fault.INVALID,
        "key: '%s' (expected: a regular file of shared memory, of the server's own user)"
            .formatted(key));
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
  }

  private static Object value(Map<String, Object> attributes, String name) throws IOException {
    var value = attributes.get(name);
    if (value == null) {
      throw new IOException("no attribute " + name);
    }
    return value;
  }

  private static Object ownUser() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  /**
   * Opens it, if it is still there and has at least {@code least} bytes.
   *
   * @throws ProtocolException if not
   */
  FileChannel open(long least) throws IOException {
    var channel = FileChannel.open(path, OPTIONS);
    try {
      // Looked at when it is open, so that what was opened bears the name that was looked at.
      var found = attributes(path);
      if (!value(found, "dev").equals(device) || !value(found, "ino").equals(inode)) {
        throw new ProtocolException(
            Fault.INVALID,
            "shared memory '%s': another file than was registered (expected: that one)"
                .formatted(path.getFileName()));
      }
      if (channel.size() < least) {
        throw new ProtocolException(
            Fault.INVALID,
            "shared memory '%s': %d bytes (expected: >= %d, the end of what is registered)"
                .formatted(path.getFileName(), channel.size(), least));
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }
}
