package dev.weft.persistence.segment;

import dev.weft.persistence.trace.Loss;
import dev.weft.persistence.trace.LossReason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A loss as the payload of a frame.
 *
 * @param segment the segment it deleted; 0 if it deleted none
 */
record StoredLoss(Loss loss, long segment) {

  byte[] encoded() {
    var out = new GroupBuffer();
    out.room(1 + 7 * Long.BYTES + 2 * Integer.BYTES + Short.BYTES)
        .put((byte) loss.reason().code())
        .putLong(loss.count())
        .putLong(loss.carried())
        .putLong(loss.firstNumber())
        .putLong(loss.lastNumber())
        .putLong(loss.from().getEpochSecond())
        .putInt(loss.from().getNano())
        .putLong(loss.to().getEpochSecond())
        .putInt(loss.to().getNano())
        .putLong(segment)
        .putShort((short) loss.sessions().size());
    loss.sessions()
        .forEach(
            (session, count) -> {
              out.text(session);
              out.room(Long.BYTES).putLong(count);
            });
    var bytes = new byte[out.position()];
    out.written().get(bytes);
    return bytes;
  }

  /** What a frame of kind {@code LOSS} says; empty if it says nothing that can be read. */
  static Optional<StoredLoss> of(Frame frame) {
    try {
      var from = ByteBuffer.wrap(frame.body(), frame.payloadAt(), frame.payloadLength());
      return Optional.of(read(from));
    } catch (BufferUnderflowException | DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static StoredLoss read(ByteBuffer from) {
    var reason = LossReason.of(from.get());
    var count = from.getLong();
    var carried = from.getLong();
    var first = from.getLong();
    var last = from.getLong();
    var begin = Instant.ofEpochSecond(from.getLong(), from.getInt());
    var end = Instant.ofEpochSecond(from.getLong(), from.getInt());
    var segment = from.getLong();
    var sessions = new TreeMap<String, Long>();
    for (var left = from.getShort(); left > 0; left--) {
      sessions.put(GroupBuffer.text(from), from.getLong());
    }
    return new StoredLoss(
        new Loss(reason, count, carried, first, last, begin, end, sessions), segment);
  }
}
