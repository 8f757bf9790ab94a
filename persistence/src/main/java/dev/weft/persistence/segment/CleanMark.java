package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What a store leaves when it is closed, and takes away when it is opened: so that its absence
 * tells of a hard stop, and its presence where each newest segment ends.
 *
 * @param lengths of the newest segments, by file
 */
record CleanMark(long nextNumber, Map<String, Long> lengths) {

  private static final int BYTES_MAX = 1 << 20;

  void write(Disk disk) throws DiskException {
    var out = new GroupBuffer();
    out.room(Long.BYTES + Integer.BYTES).putLong(nextNumber).putInt(lengths.size());
    lengths.forEach(
        (name, length) -> {
          out.text(name);
          out.room(Long.BYTES).putLong(length);
        });
    var crc = crc(out.array(), out.position());
    out.room(Integer.BYTES).putInt(crc);
    disk.delete(Names.CLEAN);
    var file = disk.create(Names.CLEAN);
    try {
      file.append(out.written());
      file.force();
      disk.force();
    } finally {
      file.close();
    }
  }

  /** The mark on {@code disk}, taken away; empty if there is none or it is not whole. */
  static Optional<CleanMark> take(Disk disk) throws DiskException {
    var size = disk.size(Names.CLEAN);
    if (size < 0) {
      return Optional.empty();
    }
    var bytes = ByteBuffer.allocate((int) Math.min(size, BYTES_MAX));
    var file = disk.open(Names.CLEAN);
    file.read(0, bytes);
    file.close();
    disk.delete(Names.CLEAN);
    disk.force();
    return parse(bytes.flip());
  }

  private static Optional<CleanMark> parse(ByteBuffer from) {
    var length = from.limit() - Integer.BYTES;
    if (length < 0 || crc(from.array(), length) != from.getInt(length)) {
      return Optional.empty();
    }
    try {
      var next = from.getLong();
      var lengths = new TreeMap<String, Long>();
      for (var left = from.getInt(); left > 0; left--) {
        lengths.put(GroupBuffer.text(from), from.getLong());
      }
      return Optional.of(new CleanMark(next, lengths));
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static int crc(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
