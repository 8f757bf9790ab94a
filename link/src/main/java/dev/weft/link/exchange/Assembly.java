package dev.weft.link.exchange;

import com.google.protobuf.ByteString;

/** A payload that arrives in parts, in order. Not threadsafe. */
final class Assembly {

  private final byte[] payload;
  private int filled;

  /**
   * @param bytes of the whole; the caller has seen to it that they are not too many
   */
  Assembly(int bytes) {
    this.payload = new byte[bytes];
  }

  /**
   * Adds a part.
   *
   * @throws IllegalArgumentException if it is not the next one
   */
  void add(int offset, ByteString content) {
    if (offset != filled || content.size() > payload.length - filled) {
      throw new IllegalArgumentException(
          "part: %d bytes at %d (expected: at %d, up to %d)"
              .formatted(content.size(), offset, filled, payload.length));
    }
    content.copyTo(payload, filled);
    filled += content.size();
  }

  boolean isWhole() {
    return filled == payload.length;
  }

  int bytes() {
    return payload.length;
  }

  byte[] payload() {
    return payload;
  }
}
