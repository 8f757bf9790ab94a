package dev.weft.stages.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import javax.imageio.stream.ImageInputStreamImpl;

/** A picture file in off-heap memory as ImageIO reads it: no copy of the whole, no disk cache. */
final class SegmentImageStream extends ImageInputStreamImpl {

  private final MemorySegment content;

  SegmentImageStream(MemorySegment content) {
    this.content = content;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos >= content.byteSize()
        ? -1
        : content.get(ValueLayout.JAVA_BYTE, streamPos++) & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    var left = content.byteSize() - streamPos;
    if (left <= 0 && length > 0) {
      return -1;
    }
    var count = (int) Math.min(left, length);
    MemorySegment.copy(content, ValueLayout.JAVA_BYTE, streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return content.byteSize();
  }
}
