package dev.weft.persistence.segment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes of one group before they are written; grows as needed and is used again. */
final class GroupBuffer {

  private static final int FIRST_BYTES = 1 << 16;
  private static final int KEPT_BYTES_MAX = 4 << 20;

  private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES);

  /** Ready to be filled from its start; a buffer that has grown beyond 4 MiB is let go. */
  void clear() {
    if (bytes.capacity() > KEPT_BYTES_MAX) {
      bytes = ByteBuffer.allocate(FIRST_BYTES);
    }
    bytes.clear();
  }

  int position() {
    return bytes.position();
  }

  /** Takes back what was put from {@code position} on. */
  void back(int position) {
    bytes.position(position);
  }

  byte[] array() {
    return bytes.array();
  }

  /** The buffer itself, with room for {@code count} more bytes. */
  ByteBuffer room(int count) {
    if (bytes.remaining() < count) {
      var needed = Math.addExact(bytes.position(), count);
      var grown = ByteBuffer.allocate((int) Math.clamp(2L * needed, needed, Integer.MAX_VALUE - 8));
      bytes = grown.put(bytes.flip());
    }
    return bytes;
  }

  /** A length of two bytes, then the text in UTF-8. */
  void text(String text) {
    var encoded = text.getBytes(StandardCharsets.UTF_8);
    room(Short.BYTES + encoded.length).putShort((short) encoded.length).put(encoded);
  }

  /** What was put, to be written. */
  ByteBuffer written() {
    return bytes.duplicate().flip();
  }

  /** What {@link #text} wrote. */
  static String text(ByteBuffer from) {
    var encoded = new byte[Short.toUnsignedInt(from.getShort())];
    from.get(encoded);
    return new String(encoded, StandardCharsets.UTF_8);
  }
}
