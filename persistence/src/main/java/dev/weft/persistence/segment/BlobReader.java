package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.trace.BlobId;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** Reads blobs, held against their addresses. For one thread. */
final class BlobReader {

  private final Disk disk;
  private final Optional<KeyFile> keys;
  private final Hashing hashing = new Hashing();

  BlobReader(Disk disk, Optional<KeyFile> keys) {
    this.disk = disk;
    this.keys = keys;
  }

  Optional<byte[]> read(TraceRecord record, int index) throws IOException {
    var key = record.key();
    var id = record.blobs().get(index);
    var stored = stored(key.retentionClass(), id);
    if (stored.isEmpty() || keys.isEmpty()) {
      return stored;
    }
    var secret = keys.get().find(key.session());
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    try {
      var sealed = stored.get();
      var sealing = new Sealing(new SecureRandom());
      return Optional.of(sealing.unseal(secret.get(), new byte[0], 0, sealed, 0, sealed.length));
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "%s: does not open with its session's key"
              .formatted(Names.blob(key.retentionClass(), id)),
          e);
    }
  }

  /**
   * The bytes at {@code id}; empty if there are none.
   *
   * @throws IOException also if they are not those that were written
   */
  Optional<byte[]> stored(String retentionClass, BlobId id) throws IOException {
    var name = Names.blob(retentionClass, id);
    byte[] bytes;
    try {
      var file = disk.open(name);
      try {
        bytes = new byte[Math.toIntExact(file.size())];
        file.read(0, ByteBuffer.wrap(bytes));
      } finally {
        file.close();
      }
    } catch (DiskException e) {
      if (e.kind() == Kind.ABSENT) {
        return Optional.empty();
      }
      throw e;
    }
    if (!HexFormat.of().formatHex(hashing.hash(bytes)).equals(id.hex())) {
      throw new IOException("%s: damaged (expected: bytes of this digest)".formatted(name));
    }
    return Optional.of(bytes);
  }
}
