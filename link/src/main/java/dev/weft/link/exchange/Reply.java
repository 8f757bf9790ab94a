package dev.weft.link.exchange;

/** An answer's payload on its way to the sender of the request. */
final class Reply extends Parcel {

  private final long sequence;

  Reply(long sequence, int lane, byte[] payload) {
    super(lane, payload);
    this.sequence = sequence;
  }

  long sequence() {
    return sequence;
  }
}
