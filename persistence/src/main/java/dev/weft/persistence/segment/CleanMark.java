package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    var mark = read(disk, size);
    disk.delete(Names.CLEAN);
    disk.force();
    return mark;
  }

  /** The mark on {@code disk}, left there; empty if there is none or it is not whole. */
  static Optional<CleanMark> look(Disk disk) throws DiskException {
    var size = disk.size(Names.CLEAN);
    try {
      return size < 0 ? Optional.empty() : read(disk, size);
    } catch (DiskException e) {
      // Taken away meanwhile: the store was opened.
      if (e.kind() != DiskException.Kind.ABSENT) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static Optional<CleanMark> read(Disk disk, long size) throws DiskException {
    var bytes = ByteBuffer.allocate((int) Math.min(size, BYTES_MAX));
    var file = disk.open(Names.CLEAN);
    try {
      file.read(0, bytes);
    } finally {
      file.close();
    }
    return parse(bytes.flip());
  }

  /** The newest segment of a class, as it was when this was left; empty if it had none. */
  Optional<Newest> newest(String retentionClass) {
    for (var entry : lengths.entrySet()) {
      var part = Names.segment(entry.getKey());
      if (part.isPresent() && part.get().retentionClass().equals(retentionClass)) {
        var id = Long.parseLong(part.get().id());
        return Optional.of(new Newest(entry.getKey(), id, entry.getValue()));
      }
    }
    return Optional.empty();
  }

  /** The classes that had segments. */
  Set<String> classes() {
    return lengths.keySet().stream()
        .flatMap(name -> Names.segment(name).stream())
        .map(Names.Part::retentionClass)
        .collect(Collectors.toSet());
  }

  /** A segment and where it ends. */
  record Newest(String name, long id, long length) {}

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
