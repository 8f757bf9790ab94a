package dev.weft.persistence.segment;

import dev.weft.persistence.trace.BlobId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One record as it stands in a segment, apart from its length and checksum.
 *
 * <pre>
 * u32 length of the body
 * u32 CRC32C of the length and the body
 * body:
 *   u8  kind: 1 record, 2 loss
 *   u8  flags: 1 the payload is encrypted, 2 the record is deferred
 *   i64 number, i64 sequence
 *   i64 seconds, i32 nanoseconds since 1970
 *   32  hash of the record before it in its stream: SHA-256 of that record's body
 *   u16 + UTF-8: session, pipeline, variant
 *   u8  count of blobs, 32 bytes each
 *   ... payload
 * </pre>
 *
 * @param body all of it; the payload starts at {@code payloadAt}
 */
record Frame(
    Kind kind,
    boolean encrypted,
    boolean deferred,
    long number,
    long sequence,
    Instant time,
    byte[] previous,
    String session,
    String pipeline,
    String variant,
    List<BlobId> blobs,
    byte[] body,
    int payloadAt) {

  static final int PREFIX_BYTES = 2 * Integer.BYTES;
  static final int BLOBS_MAX = 255;
  static final byte ENCRYPTED = 1;
  static final byte DEFERRED = 2;
  static final byte FLAGS_MAX = ENCRYPTED | DEFERRED;

  /** What a record is for. */
  enum Kind {
    RECORD(1),
    LOSS(2);

    final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }
  }

  /** The frame that {@code body} holds; empty if it holds none. */
  static Optional<Frame> of(byte[] body) {
    try {
      return Optional.of(parse(body));
    } catch (BufferUnderflowException | DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Frame parse(byte[] body) {
    var from = ByteBuffer.wrap(body);
    var kind = kind(from.get());
    var flags = from.get();
    var number = from.getLong();
    var sequence = from.getLong();
    var time = Instant.ofEpochSecond(from.getLong(), from.getInt());
    var previous = new byte[Hashing.BYTES];
    from.get(previous);
    var session = GroupBuffer.text(from);
    var pipeline = GroupBuffer.text(from);
    var variant = GroupBuffer.text(from);
    var blobs = new ArrayList<BlobId>();
    for (var left = Byte.toUnsignedInt(from.get()); left > 0; left--) {
      var digest = new byte[Hashing.BYTES];
      from.get(digest);
      blobs.add(new BlobId(HexFormat.of().formatHex(digest)));
    }
    return new Frame(
        kind,
        (flags & ENCRYPTED) != 0,
        (flags & DEFERRED) != 0,
        number,
        sequence,
        time,
        previous,
        session,
        pipeline,
        variant,
        blobs,
        body,
        from.position());
  }

  private static Kind kind(byte code) {
    for (var kind : Kind.values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IllegalArgumentException("kind: %d (expected: 1 or 2)".formatted(code));
  }

  int payloadLength() {
    return body.length - payloadAt;
  }
}
