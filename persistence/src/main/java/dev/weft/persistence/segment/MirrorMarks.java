package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a mirror stands, durably: a file to which each position is appended, so that one force is
 * enough. For one thread.
 *
 * <pre>
 * u32 length of the body
 * u32 CRC32C of the body
 * body: i64 through; u32 count, and of each class: u16 + UTF-8 name, i64 id, i64 length
 * </pre>
 */
final class MirrorMarks {

  static final String NAME = "mirror";

  private static final String PART = NAME + ".part";
  private static final int PREFIX_BYTES = 2 * Integer.BYTES;
  private static final int BYTES_MAX = 1 << 16;

  private final Disk disk;
  private @Nullable DiskFile file;

  MirrorMarks(Disk disk) {
    this.disk = disk;
  }

  /**
   * The last position that was noted; that of nothing if none was.
   *
   * @throws MirrorException if there is a file and no position in it
   */
  MirrorPosition read() throws IOException {
    var size = disk.size(NAME);
    if (size < 0) {
      return MirrorPosition.START;
    }
    var bytes = ByteBuffer.allocate((int) Math.min(size, 2L * BYTES_MAX));
    try (var open = disk.open(NAME)) {
      open.read(0, bytes);
    }
    bytes.flip();
    var last = Optional.<MirrorPosition>empty();
    for (var next = next(bytes); next.isPresent(); next = next(bytes)) {
      last = next;
    }
    return last.orElseThrow(
        () ->
            new MirrorException(
                "%s: broken (expected: how far this mirror is); delete its folder, and all is"
                        .formatted(disk.place(NAME))
                    + " mirrored again"));
  }

  private static Optional<MirrorPosition> next(ByteBuffer from) {
    if (from.remaining() < PREFIX_BYTES) {
      return Optional.empty();
    }
    var length = from.getInt();
    var crc = from.getInt();
    if (length < 0 || length > from.remaining()) {
      return Optional.empty();
    }
    var body = new byte[length];
    from.get(body);
    return crc(body) == crc ? parse(ByteBuffer.wrap(body)) : Optional.empty();
  }

  private static Optional<MirrorPosition> parse(ByteBuffer body) {
    try {
      var through = body.getLong();
      var ends = new TreeMap<String, MirrorPosition.End>();
      for (var left = body.getInt(); left > 0; left--) {
        ends.put(GroupBuffer.text(body), new MirrorPosition.End(body.getLong(), body.getLong()));
      }
      return Optional.of(new MirrorPosition(through, ends));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ByteBuffer bytes(MirrorPosition position) {
    var body = new GroupBuffer();
    body.room(Long.BYTES + Integer.BYTES)
        .putLong(position.through())
        .putInt(position.ends().size());
    position
        .ends()
        .forEach(
            (name, end) -> {
              body.text(name);
              body.room(2 * Long.BYTES).putLong(end.id()).putLong(end.length());
            });
    var written = new byte[body.position()];
    body.written().get(written);
    return ByteBuffer.allocate(PREFIX_BYTES + written.length)
        .putInt(written.length)
        .putInt(crc(written))
        .put(written)
        .flip();
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Notes {@code position}; durable on return. After an exception it may be noted or not. */
  void note(MirrorPosition position) throws DiskException {
    var open = file;
    if (open == null || open.size() >= BYTES_MAX) {
      begin(position);
      return;
    }
    try {
      open.append(bytes(position));
      open.force();
    } catch (DiskException e) {
      close();
      throw e;
    }
  }

  /** The same, with nothing of before left in the file. */
  void begin(MirrorPosition position) throws DiskException {
    close();
    disk.delete(PART);
    var fresh = disk.create(PART);
    try {
      fresh.append(bytes(position));
      fresh.force();
      disk.rename(PART, NAME);
      disk.force();
    } catch (DiskException e) {
      fresh.close();
      throw e;
    }
    file = fresh;
  }

  void close() {
    var open = file;
    if (open != null) {
      open.close();
      file = null;
    }
  }
}
