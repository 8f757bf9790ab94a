package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;
import static dev.weft.gateway.protocol.ProtocolException.tooLarge;
import static dev.weft.gateway.protocol.ProtocolException.truncated;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * A message of Protocol Buffers, read field by field, so that each length can be held against its
 * bound before memory is taken for it. Source: "Encoding",
 * protobuf.dev/programming-guides/encoding.
 */
final class WireReader {

  static final int VARINT = 0;
  static final int FIXED_64 = 1;
  static final int LENGTH = 2;
  static final int FIXED_32 = 5;

  private static final int BUFFER_BYTES_MAX = 8 << 10;
  private static final int VARINT_BYTES_MAX = 10;

  private final InputStream in;
  private final byte[] buffer;
  private int next;
  private int end;

  /** Of the message, how many bytes have been read; and where what is read now ends. */
  private long position;

  private long limit;
  private final ProtocolLimits limits;
  private long arrivedBytes;
  private long heldBytes;
  private int field;
  private int type;

  /**
   * @param length of the message in bytes, if it is known
   * @param limits on the message, and on what of it is kept on the heap, as of JSON
   */
  WireReader(InputStream in, OptionalLong length, ProtocolLimits limits) {
    this.in = in;
    this.limit = length.orElse(Long.MAX_VALUE);
    this.buffer = new byte[(int) Math.min(BUFFER_BYTES_MAX, Math.max(1, limit))];
    this.limits = limits;
  }

  /** Goes to the next field; false at the end of the message that is read now. */
  boolean next() throws IOException {
    if (isAtEnd()) {
      return false;
    }
    var tag = varint();
    field = (int) (tag >>> 3);
    type = (int) tag & 7;
    if (tag >>> 3 == 0 || tag >>> 3 >= 1 << 29) {
      throw invalid("message: field %d at byte %d (expected: >= 1)", tag >>> 3, position);
    }
    return true;
  }

  /** Whether all of the message that is read now has been read. */
  boolean isAtEnd() throws IOException {
    return position == limit || (limit == Long.MAX_VALUE && !isFilled());
  }

  /** Number of the field that {@link #next} went to. */
  int field() {
    return field;
  }

  int type() {
    return type;
  }

  /** Begins a message, or packed values, within a field; gives where what is around it ends. */
  long enter() throws IOException {
    var length = length();
    var around = limit;
    limit = position + length;
    return around;
  }

  void leave(long around) {
    limit = around;
  }

  /** How many bytes there are left of what was {@link #enter entered}. */
  long left() {
    return limit - position;
  }

  /** The length of the field's content, which is there if the message does not end too early. */
  int length() throws IOException {
    require(LENGTH);
    var length = varint();
    if (length < 0 || length > Math.min(limit - position, Integer.MAX_VALUE)) {
      throw truncated("message: field " + field, limit - position, length);
    }
    return (int) length;
  }

  /** Refuses a field that comes in another form than its kind has. */
  void require(int expected) {
    if (type != expected) {
      throw invalid(
          "message: field %d at byte %d: wire type %d (expected: %d)",
          field, position, type, expected);
    }
  }

  long varint() throws IOException {
    var value = 0L;
    for (var i = 0; i < VARINT_BYTES_MAX; i++) {
      var one = one();
      value |= (long) (one & 0x7F) << (7 * i);
      if (one >= 0) {
        return value;
      }
    }
    throw invalid(
        "message: a number at byte %d (expected: <= %d bytes)", position, VARINT_BYTES_MAX);
  }

  int fixed32() throws IOException {
    return (one() & 0xFF) | ((one() & 0xFF) << 8) | ((one() & 0xFF) << 16) | (one() << 24);
  }

  long fixed64() throws IOException {
    return (fixed32() & 0xFFFF_FFFFL) | ((long) fixed32() << 32);
  }

  /** The field's content as text, which is UTF-8 in any message. */
  String text() throws IOException {
    var bytes = held();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ProtocolException(
          Fault.INVALID,
          "message: field %d at byte %d: not UTF-8 (expected: text)".formatted(field, position),
          e);
    }
  }

  /** The field's content on the heap, within the bound on all that is held of the message. */
  byte[] held() throws IOException {
    return held(length());
  }

  /** As {@link #held()}, for the next {@code length} bytes. */
  byte[] held(int length) throws IOException {
    heldBytes += length;
    if (heldBytes > limits.jsonBytesMax()) {
      throw tooLarge(
          "message: %d bytes outside of raw and numeric contents (expected: <= %d)",
          heldBytes, limits.jsonBytesMax());
    }
    var bytes = content(length).readNBytes(length);
    if (bytes.length < length) {
      throw truncated("message: field " + field, bytes.length, length);
    }
    return bytes;
  }

  /** Passes over the field's content. */
  void skip() throws IOException {
    switch (type) {
      case VARINT -> varint();
      case FIXED_64 -> fixed64();
      case FIXED_32 -> fixed32();
      case LENGTH -> {
        skip(length());
      }
      default ->
          throw invalid(
              "message: field %d at byte %d: wire type %d (expected: 0, 1, 2 or 5)",
              field, position, type);
    }
  }

  /** Passes over the next {@code length} bytes. */
  void skip(int length) throws IOException {
    var skipped = content(length).skip(length);
    if (skipped < length) {
      throw truncated("message: field " + field, skipped, length);
    }
  }

  /** Reads a part of this message that was held. */
  WireReader over(byte[] held) {
    return new WireReader(new ByteArrayInputStream(held), OptionalLong.of(held.length), limits);
  }

  /** The next {@code length} bytes; ends early if the message does. */
  InputStream content(int length) {
    return new Content(length);
  }

  private byte one() throws IOException {
    if (position == limit || !isFilled()) {
      throw truncated("message: field " + field, position, position + 1);
    }
    position++;
    return buffer[next++];
  }

  private boolean isFilled() throws IOException {
    if (next == end) {
      next = 0;
      end = Math.max(0, arrived(in.read(buffer, 0, buffer.length)));
    }
    return next < end;
  }

  private int arrived(int count) {
    arrivedBytes += Math.max(0, count);
    if (arrivedBytes > limits.bodyBytesMax()) {
      throw tooLarge("message: more than %d bytes (expected: <= that)", limits.bodyBytesMax());
    }
    return count;
  }

  private int read(byte[] target, int offset, int length) throws IOException {
    var buffered = end - next;
    // What is larger than the buffer does not have to go through it.
    if (buffered == 0 && length >= buffer.length) {
      var read = arrived(in.read(target, offset, length));
      position += Math.max(0, read);
      return read;
    }
    if (!isFilled()) {
      return -1;
    }
    var count = Math.min(length, end - next);
    System.arraycopy(buffer, next, target, offset, count);
    next += count;
    position += count;
    return count;
  }

  private final class Content extends InputStream {
    private int left;

    Content(int length) {
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      var read = WireReader.this.read(target, offset, Math.min(length, left));
      left -= Math.max(0, read);
      return read;
    }
  }
}
