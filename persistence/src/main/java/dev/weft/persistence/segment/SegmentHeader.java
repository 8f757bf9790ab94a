package dev.weft.persistence.segment;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.trace.TraceFormatException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first {@value #BYTES} bytes of a segment.
 *
 * <p>In every version: 8 bytes "WEFTSEG\n", u16 version, u16 length of the header, and the CRC32C
 * of all before it as the header's last 4 bytes. So a newer header is told from a damaged one.
 *
 * @param id grows by one with each segment of a class, and may skip
 * @param previousId the segment before it; 0 if there was none
 * @param previousLength where that one ends; what stands beyond was never committed
 */
record SegmentHeader(long id, long previousId, long previousLength, long firstNumber) {

  static final int BYTES = 48;
  static final int VERSION = 1;

  private static final long MAGIC = 0x574546545345470aL;
  private static final int FIXED_BYTES = Long.BYTES + 2 * Short.BYTES;
  private static final int HEADER_BYTES_MAX = 4_096;

  /** Which segment a whole header names as the one before, and where that ends. */
  static MirrorPosition.End previous(ByteBuffer header) {
    var at = FIXED_BYTES + Long.BYTES;
    return new MirrorPosition.End(header.getLong(at), header.getLong(at + Long.BYTES));
  }

  MirrorPosition.End previous() {
    return new MirrorPosition.End(previousId, previousLength);
  }

  void put(GroupBuffer out) {
    var start = out.position();
    out.room(BYTES)
        .putLong(MAGIC)
        .putShort((short) VERSION)
        .putShort((short) BYTES)
        .putLong(id)
        .putLong(previousId)
        .putLong(previousLength)
        .putLong(firstNumber)
        .putInt(crc(out.array(), start, BYTES - Integer.BYTES));
  }

  /**
   * The header of {@code file}; empty if it is torn or damaged.
   *
   * @throws TraceFormatException if a newer version wrote it
   */
  static Optional<SegmentHeader> read(DiskFile file, String name)
      throws DiskException, TraceFormatException {
    var fixed = ByteBuffer.allocate(FIXED_BYTES);
    if (file.read(0, fixed) < FIXED_BYTES || fixed.flip().getLong() != MAGIC) {
      return Optional.empty();
    }
    var version = Short.toUnsignedInt(fixed.getShort());
    var length = Short.toUnsignedInt(fixed.getShort());
    if (length < FIXED_BYTES + Integer.BYTES || length > HEADER_BYTES_MAX) {
      return Optional.empty();
    }
    var all = ByteBuffer.allocate(length);
    if (file.read(0, all) < length
        || all.getInt(length - Integer.BYTES) != crc(all.array(), 0, length - Integer.BYTES)) {
      return Optional.empty();
    }
    if (version > VERSION) {
      throw new TraceFormatException(
          "%s: format version %d (expected: <= %d; a newer Weft wrote it)"
              .formatted(name, version, VERSION));
    }
    if (length != BYTES) {
      return Optional.empty();
    }
    all.position(FIXED_BYTES);
    return Optional.of(
        new SegmentHeader(all.getLong(), all.getLong(), all.getLong(), all.getLong()));
  }

  private static int crc(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
