package dev.weft.link.exchange;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

/** A payload on its way out. Belongs to one {@link Outgoing} at a time. */
abstract class Parcel {

  private final int lane;
  private final byte[] payload;
  private int sent;
  private boolean isBegun;

  Parcel(int lane, byte[] payload) {
    this.lane = lane;
    this.payload = payload;
  }

  int lane() {
    return lane;
  }

  int bytes() {
    return payload.length;
  }

  /** Where the next part begins. */
  int sent() {
    return sent;
  }

  /** Whether a part of it has gone. */
  boolean isBegun() {
    return isBegun;
  }

  /** Whether all of it has gone. */
  boolean isSent() {
    return isBegun && sent == payload.length;
  }

  /** The next part, which counts as gone. */
  ByteString next(int length) {
    var part = UnsafeByteOperations.unsafeWrap(payload, sent, length);
    sent += length;
    isBegun = true;
    return part;
  }

  /** Has it sent from its begin. */
  void rewind() {
    sent = 0;
    isBegun = false;
  }
}
