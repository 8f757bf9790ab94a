package dev.weft.link.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The begin of a file that is not whole yet, beside where it shall be. Nobody else writes it
 * meanwhile. Not threadsafe.
 */
final class PartFile implements AutoCloseable {

  private static final String ENDING = ".part";
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final Path part;
  private final FileChannel channel;
  private final MessageDigest digest;
  private long length;

  private PartFile(Path file, Path part, FileChannel channel) {
    this.file = file;
    this.part = part;
    this.channel = channel;
    this.digest = sha256();
  }

  /** Goes on with what is there. */
  static PartFile open(Path file) throws IOException {
    Files.createDirectories(folderOf(file));
    var part = file.resolveSibling(file.getFileName() + ENDING);
    var channel =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(channel, part);
      var opened = new PartFile(file, part, channel);
      opened.readBegin();
      return opened;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(FileChannel channel, Path part) throws IOException {
    try {
      if (channel.tryLock() == null) {
        throw new BlobException("%s: another process brings it (expected: none)".formatted(part));
      }
    } catch (OverlappingFileLockException e) {
      throw new BlobException("%s: somebody else brings it (expected: nobody)".formatted(part));
    }
  }

  private void readBegin() throws IOException {
    var buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (channel.read(buffer) >= 0) {
      digest.update(buffer.flip());
      buffer.clear();
    }
    length = channel.position();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static BlobDigest digestOf(Path file) throws IOException {
    var digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      var buffer = new byte[BUFFER_BYTES];
      for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return new BlobDigest(HexFormat.of().formatHex(digest.digest()));
  }

  long length() {
    return length;
  }

  void append(byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    digest.update(bytes);
    length += bytes.length;
  }

  /**
   * Gives the file its name, if it is what it shall be; deletes it otherwise.
   *
   * @throws BlobException if it is not
   */
  void finish(BlobDigest expected) throws IOException {
    var found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(expected.hex())) {
      Files.delete(part);
      throw new BlobException(
          "%s: digest %s of %d bytes (expected: %s)".formatted(file, found, length, expected));
    }
    channel.force(true);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    force(folderOf(file));
  }

  private static Path folderOf(Path file) {
    return file.toAbsolutePath().resolveSibling("");
  }

  /** The name is on the disk, too; where folders cannot be forced, as on Windows, it is soon. */
  private static void force(Path folder) throws IOException {
    try (var opened = FileChannel.open(folder, StandardOpenOption.READ)) {
      opened.force(true);
    } catch (java.nio.file.AccessDeniedException e) {
      // Windows opens no folder.
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
