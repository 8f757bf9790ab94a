package dev.weft.link.blob;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.disk.DiskLock;
import dev.weft.persistence.disk.FolderDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The begin of a file that is not whole yet, beside where it shall be. Nobody else writes it
 * meanwhile. Not threadsafe.
 */
final class PartFile implements AutoCloseable {

  private static final String ENDING = ".part";
  private static final String LOCK = ".lock";
  private static final int BUFFER_BYTES = 1 << 16;

  private final Disk disk;
  private final String name;
  private final DiskLock lock;
  private final DiskFile part;
  private final MessageDigest digest = sha256();
  private long length;

  private PartFile(Disk disk, String name, DiskLock lock) throws DiskException {
    this.disk = disk;
    this.name = name;
    this.lock = lock;
    this.part =
        disk.size(name + ENDING) < 0 ? disk.create(name + ENDING) : disk.open(name + ENDING);
  }

  /**
   * Goes on with what is there.
   *
   * @throws DiskException of kind {@code LOCKED} if somebody else brings it
   */
  static PartFile open(Path file) throws DiskException {
    var disk = FolderDisk.at(file.toAbsolutePath().resolveSibling(""));
    var name = String.valueOf(file.getFileName());
    var lock = disk.lock(name + LOCK);
    try {
      var opened = new PartFile(disk, name, lock);
      try {
        opened.readBegin();
      } catch (DiskException | RuntimeException e) {
        opened.part.close();
        throw e;
      }
      return opened;
    } catch (DiskException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Where what has arrived of a file is. */
  static Path of(Path file) {
    return file.resolveSibling(file.getFileName() + ENDING);
  }

  private void readBegin() throws DiskException {
    var buffer = ByteBuffer.allocate(BUFFER_BYTES);
    for (var read = part.read(0, buffer); read > 0; read = part.read(length, buffer)) {
      digest.update(buffer.flip());
      buffer.clear();
      length += read;
    }
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

  void append(byte[] bytes) throws DiskException {
    part.append(ByteBuffer.wrap(bytes));
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
      disk.delete(name + ENDING);
      throw new BlobException(
          "%s: digest %s of %d bytes (expected: %s)"
              .formatted(disk.place(name), found, length, expected));
    }
    part.force();
    disk.rename(name + ENDING, name);
    disk.force();
  }

  /** The lock's file goes, too: should two others meet there, the digest tells. */
  @Override
  public void close() throws DiskException {
    part.close();
    disk.delete(name + LOCK);
    lock.close();
  }
}
