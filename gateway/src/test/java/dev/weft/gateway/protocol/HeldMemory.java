package dev.weft.gateway.protocol;

import java.nio.ByteBuffer;

/** One region {@code r} of 256 bytes on the heap: 0 to 31, and then 0 and 1 in turn. */
final class HeldMemory implements SharedMemory {

  final byte[] content = new byte[256];

  HeldMemory() {
    for (var i = 0; i < content.length; i++) {
      content[i] = (byte) (i < 32 ? i : i & 1);
    }
  }

  @Override
  public void require(String tensor, SharedPlace at) {
    var isThere =
        at.region().equals("r")
            && at.offset() <= content.length
            && at.bytes() <= content.length - at.offset();
    if (!isThere) {
      throw ProtocolException.invalid("%s: %s (expected: in 256 bytes 'r')", tensor, at);
    }
  }

  @Override
  public void read(String tensor, SharedPlace at, ByteBuffer target) {
    require(tensor, at);
    target.put(content, (int) at.offset(), target.remaining());
  }

  @Override
  public void write(String tensor, SharedPlace at, ByteBuffer from) {
    require(tensor, at);
    from.get(content, (int) at.offset(), from.remaining());
  }
}
