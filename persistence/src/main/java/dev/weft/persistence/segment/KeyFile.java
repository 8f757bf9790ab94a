package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.trace.TraceFormatException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The sessions' keys, each wrapped by the master key. New keys are appended and forced before the
 * first record they seal; erasing one writes the whole file anew without it, under another name,
 * and then takes the old one's place.
 *
 * <pre>
 * 8 bytes "WEFTKEY\n", u16 version, 60 bytes: 32 zeros sealed by the master key
 * entries: u32 length, u32 CRC32C of the body; body: u16 + UTF-8 session, then the session's key
 *   sealed by the master key with the session's name beside it, or nothing if it was erased
 * </pre>
 *
 * <p>For any threads to look up; one writes.
 */
final class KeyFile {

  static final String NAME = "keys";

  private static final String NEXT_NAME = "keys.next";
  private static final long MAGIC = 0x574546544b45590aL;
  private static final int VERSION = 1;
  private static final int KEY_BYTES = 32;
  private static final int HEADER_BYTES =
      Long.BYTES + Short.BYTES + KEY_BYTES + Sealing.EXTRA_BYTES;

  private final Disk disk;
  private final SecretKey master;
  private final Sealing sealing;
  private final Map<String, Optional<SecretKey>> keys = new ConcurrentHashMap<>();
  private final List<String> unwritten = new ArrayList<>();
  private @Nullable DiskFile file;

  private KeyFile(Disk disk, SecretKey master, SecureRandom random) {
    this.disk = disk;
    this.master = master;
    this.sealing = new Sealing(random);
  }

  /**
   * The keys on {@code disk}; none if there is no file.
   *
   * @throws TraceFormatException if another master key wrapped them, or a newer version wrote them
   */
  static KeyFile open(Disk disk, SecretKey master, SecureRandom random) throws IOException {
    var keys = new KeyFile(disk, master, random);
    disk.delete(NEXT_NAME);
    var size = disk.size(NAME);
    if (size >= HEADER_BYTES) {
      var bytes = ByteBuffer.allocate(Math.toIntExact(size));
      var file = disk.open(NAME);
      file.read(0, bytes);
      file.close();
      keys.read(bytes.flip());
    }
    return keys;
  }

  private void read(ByteBuffer from) throws TraceFormatException {
    if (from.getLong() != MAGIC) {
      throw new TraceFormatException(NAME + ": damaged (expected: a file of keys)");
    }
    var version = Short.toUnsignedInt(from.getShort());
    if (version != VERSION) {
      throw new TraceFormatException(
          "%s: format version %d (expected: %d; a newer Weft wrote it)"
              .formatted(NAME, version, VERSION));
    }
    var check = new byte[KEY_BYTES + Sealing.EXTRA_BYTES];
    from.get(check);
    if (unwrapped("", check).isEmpty()) {
      throw new TraceFormatException("masterKey: another one (expected: that which wrapped keys)");
    }
    while (from.remaining() >= 2 * Integer.BYTES) {
      var length = from.getInt();
      var crc = from.getInt();
      if (length < Short.BYTES || length > from.remaining()) {
        return;
      }
      var body = new byte[length];
      from.get(body);
      if (crc(body) == crc) {
        entry(ByteBuffer.wrap(body));
      }
    }
  }

  private void entry(ByteBuffer body) {
    try {
      var session = GroupBuffer.text(body);
      var wrapped = new byte[body.remaining()];
      body.get(wrapped);
      if (wrapped.length == 0) {
        keys.put(session, Optional.empty());
      } else {
        unwrapped(session, wrapped).ifPresent(key -> keys.put(session, Optional.of(key)));
      }
    } catch (BufferUnderflowException e) {
      return;
    }
  }

  private Optional<SecretKey> unwrapped(String session, byte[] wrapped) {
    try {
      var aad = session.getBytes(StandardCharsets.UTF_8);
      var key = sealing.unseal(master, aad, aad.length, wrapped, 0, wrapped.length);
      return Optional.of(new SecretKeySpec(key, "AES"));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** Whether the key of {@code session} was destroyed. */
  boolean isErased(String session) {
    var key = keys.get(session);
    return key != null && key.isEmpty();
  }

  /** Whether {@code session} has a key or had one that was destroyed. */
  boolean knows(String session) {
    return keys.containsKey(session);
  }

  /** The key of {@code session}; empty if it was destroyed or never was. */
  Optional<SecretKey> find(String session) {
    var key = keys.get(session);
    return key == null ? Optional.empty() : key;
  }

  /** The key of {@code session}, made if there is none; {@link #commit} makes it durable. */
  SecretKey demand(String session) {
    var key = find(session);
    if (key.isPresent()) {
      return key.get();
    }
    var made = sealing.newKey();
    keys.put(session, Optional.of(made));
    unwritten.add(session);
    return made;
  }

  /** Makes new keys durable. If it fails, the next call writes all anew. */
  void commit() throws DiskException {
    if (unwritten.isEmpty()) {
      return;
    }
    var to = file;
    if (to == null) {
      rewrite();
    } else {
      var out = new GroupBuffer();
      unwritten.forEach(session -> put(out, session));
      try {
        to.append(out.written());
        to.force();
      } catch (DiskException e) {
        close();
        throw e;
      }
    }
    unwritten.clear();
  }

  /** Destroys the key of {@code session}; durable on return. */
  void erase(String session) throws DiskException {
    keys.put(session, Optional.empty());
    unwritten.remove(session);
    rewrite();
  }

  /** Forgets sessions of which nothing is stored; the next rewriting leaves them out. */
  void retain(Predicate<String> stored) {
    keys.keySet().removeIf(session -> !stored.test(session) && !unwritten.contains(session));
  }

  private void rewrite() throws DiskException {
    close();
    var out = new GroupBuffer();
    var check = sealing.seal(master, new byte[0], new byte[KEY_BYTES]);
    out.room(HEADER_BYTES).putLong(MAGIC).putShort((short) VERSION).put(check);
    keys.keySet().stream().sorted().forEach(session -> put(out, session));
    disk.delete(NEXT_NAME);
    var next = disk.create(NEXT_NAME);
    try {
      next.append(out.written());
      next.force();
      disk.rename(NEXT_NAME, NAME);
      disk.force();
    } catch (DiskException e) {
      next.close();
      throw e;
    }
    file = next;
    unwritten.clear();
  }

  private void put(GroupBuffer out, String session) {
    var body = new GroupBuffer();
    body.text(session);
    var key = find(session);
    if (key.isPresent()) {
      var aad = session.getBytes(StandardCharsets.UTF_8);
      var wrapped = sealing.seal(master, aad, key.get().getEncoded());
      body.room(wrapped.length).put(wrapped);
    }
    var bytes = new byte[body.position()];
    body.written().get(bytes);
    out.room(2 * Integer.BYTES + bytes.length).putInt(bytes.length).putInt(crc(bytes)).put(bytes);
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  void close() {
    var open = file;
    if (open != null) {
      open.close();
      file = null;
    }
  }
}
