package dev.weft.persistence.segment;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.trace.TraceFormatException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Goes through the frames of one segment up to the first that is not whole. For one thread. */
final class SegmentReader implements AutoCloseable {

  private static final int CHUNK_BYTES = 1 << 18;
  private static final int RESYNC_BYTES = 1 << 20;

  private final DiskFile file;
  private final Optional<SegmentHeader> header;
  private final long limit;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
  private long chunkAt;
  private long offset;
  private Optional<Frame> broken = Optional.empty();

  /**
   * Takes over {@code file}, of which {@code limit} bytes count.
   *
   * @throws TraceFormatException if a newer version wrote it
   */
  SegmentReader(DiskFile file, String name, long limit) throws DiskException, TraceFormatException {
    this.file = file;
    this.limit = limit;
    header = SegmentHeader.read(file, name).filter(_ -> limit >= SegmentHeader.BYTES);
    offset = header.isPresent() ? SegmentHeader.BYTES : 0;
  }

  /** Empty if the header is torn or damaged; there are no frames then. */
  Optional<SegmentHeader> header() {
    return header;
  }

  /** Where the valid part ends, as far as it was read. */
  long offset() {
    return offset;
  }

  /** Goes on at {@code start}, where a frame begins; 0 for the first. */
  void skipTo(long start) {
    offset = Math.max(offset, start);
  }

  /** What can be read of the frame that is not whole, to name it. */
  Optional<Frame> broken() {
    return broken;
  }

  /** The next whole frame; empty at the end of the valid part. */
  Optional<Frame> next() throws DiskException {
    if (header.isEmpty() || !has(Frame.PREFIX_BYTES)) {
      return Optional.empty();
    }
    var at = (int) (offset - chunkAt);
    var length = chunk.getInt(at);
    if (length <= 0 || length > limit - offset - Frame.PREFIX_BYTES) {
      return Optional.empty();
    }
    if (!has(Frame.PREFIX_BYTES + length)) {
      return Optional.empty();
    }
    at = (int) (offset - chunkAt);
    var body = new byte[length];
    chunk.get(at + Frame.PREFIX_BYTES, body);
    var frame = Frame.of(body);
    crc.reset();
    crc.update(chunk.array(), at, Integer.BYTES);
    crc.update(body);
    if ((int) crc.getValue() != chunk.getInt(at + Integer.BYTES)) {
      broken = frame;
      return Optional.empty();
    }
    if (frame.isPresent()) {
      offset += Frame.PREFIX_BYTES + length;
    }
    return frame;
  }

  /**
   * Whether a whole frame stands beyond the valid part: then that part was not torn but damaged. A
   * torn write leaves nothing valid behind itself. Looks at 1 MiB; to be called at the end only.
   */
  boolean isFollowed() throws DiskException {
    var window = ByteBuffer.allocate((int) Math.clamp(limit - offset, 0, RESYNC_BYTES));
    file.read(offset, window);
    window.flip();
    for (var at = 1; at + Frame.PREFIX_BYTES + 2 < window.limit(); at++) {
      var bodyAt = at + Frame.PREFIX_BYTES;
      var length = window.getInt(at);
      var isPlausible = length > 2 && length <= window.limit() - bodyAt;
      var isKind = window.get(bodyAt) == 1 || window.get(bodyAt) == 2;
      if (isPlausible && isKind && window.get(bodyAt + 1) <= Frame.FLAGS_MAX) {
        crc.reset();
        crc.update(window.array(), at, Integer.BYTES);
        crc.update(window.array(), bodyAt, length);
        if ((int) crc.getValue() == window.getInt(at + Integer.BYTES)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether {@code count} bytes from the offset on count; then they are in the chunk. */
  private boolean has(int count) throws DiskException {
    if (offset + count > limit) {
      return false;
    }
    if (offset >= chunkAt && offset + count <= chunkAt + chunk.limit()) {
      return true;
    }
    if (chunk.capacity() < count) {
      chunk = ByteBuffer.allocate(count);
    }
    chunk.clear().limit((int) Math.min(chunk.capacity(), limit - offset));
    chunkAt = offset;
    file.read(offset, chunk);
    chunk.flip();
    return chunk.limit() >= count;
  }

  @Override
  public void close() {
    file.close();
  }
}
