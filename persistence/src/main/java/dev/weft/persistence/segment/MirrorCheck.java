package dev.weft.persistence.segment;

import dev.weft.persistence.segment.ClassLog.StreamHead;
import dev.weft.persistence.segment.MirrorGroup.SegmentPart;
import dev.weft.persistence.segment.MirrorPosition.End;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Holds what comes for one class of a mirror against what is there: checksums, numbers that grow,
 * and the hash of the record before in each session's stream. So bytes of another store, or of
 * another place in this one, are never taken. For one group.
 */
final class MirrorCheck {

  private static final byte[] NO_HASH = new byte[Hashing.BYTES];

  private Map<String, StreamHead> before;
  private final Map<String, StreamHead> heads = new HashMap<>();
  private final List<Segment.Line> lines = new ArrayList<>();
  private final List<StoredLoss> losses = new ArrayList<>();
  private final Hashing hashing = new Hashing();
  private final CRC32C crc = new CRC32C();
  private Optional<End> end;
  private long lastNumber;
  private boolean isBroken;

  /**
   * @param before where the sessions' streams stand
   * @param end of what is there
   * @param lastNumber of the class; 0 if it has none
   */
  MirrorCheck(Map<String, StreamHead> before, Optional<End> end, long lastNumber) {
    this.before = before;
    this.end = end;
    this.lastNumber = lastNumber;
  }

  /**
   * Takes the frames of {@code part}.
   *
   * @throws MirrorException if they do not follow what is there
   */
  void take(SegmentPart part) throws IOException {
    lines.clear();
    losses.clear();
    if (part.offset() == 0 && !follows(part)) {
      // What is between was deleted by the store before it came here: nobody can tell its hashes.
      forget();
    }
    end = Optional.of(new End(part.id(), part.offset() + part.bytes().length));
    if (part.isDamaged()) {
      forget();
      return;
    }
    var from = ByteBuffer.wrap(part.bytes());
    from.position(part.offset() == 0 ? Math.min(SegmentHeader.BYTES, from.limit()) : 0);
    while (from.hasRemaining()) {
      take(part, frame(part, from));
    }
  }

  private void forget() {
    isBroken = true;
    before = Map.of();
    heads.clear();
  }

  /** Whether a segment begins where the one before it here ends. */
  private boolean follows(SegmentPart part) {
    return part.bytes().length >= SegmentHeader.BYTES
        && end.equals(Optional.of(SegmentHeader.previous(ByteBuffer.wrap(part.bytes()))));
  }

  private Frame frame(SegmentPart part, ByteBuffer from) throws MirrorException {
    var at = from.position();
    if (from.remaining() > Frame.PREFIX_BYTES) {
      var length = from.getInt(at);
      if (length > 0 && length <= from.remaining() - Frame.PREFIX_BYTES) {
        var body = new byte[length];
        from.get(at + Frame.PREFIX_BYTES, body);
        crc.reset();
        crc.update(from.array(), at, Integer.BYTES);
        crc.update(body);
        var frame = Frame.of(body);
        if (frame.isPresent() && (int) crc.getValue() == from.getInt(at + Integer.BYTES)) {
          from.position(at + Frame.PREFIX_BYTES + length);
          return frame.get();
        }
      }
    }
    throw new MirrorException(
        "segment %d of class %s at byte %d: no frame (expected: one)"
            .formatted(part.id(), part.retentionClass(), part.offset() + at));
  }

  private void take(SegmentPart part, Frame frame) throws MirrorException {
    var head = heads.getOrDefault(frame.session(), before.get(frame.session()));
    var isFirst = frame.sequence() == 1 && Arrays.equals(frame.previous(), NO_HASH);
    var isNext =
        head == null
            || frame.sequence() == head.sequence() + 1
                && Arrays.equals(frame.previous(), head.hash());
    if (frame.number() <= lastNumber || !isFirst && !isNext) {
      throw new MirrorException(
          ("segment %d of class %s: record %d does not follow record %d of the mirror (expected:"
                  + " the next of its session's stream)")
              .formatted(part.id(), part.retentionClass(), frame.number(), lastNumber));
    }
    lastNumber = frame.number();
    heads.put(frame.session(), new StreamHead(frame.sequence(), hashing.hash(frame.body())));
    lines.add(
        new Segment.Line(
            frame.kind(), frame.number(), frame.time(), frame.session(), frame.blobs()));
    if (frame.kind() == Frame.Kind.LOSS) {
      StoredLoss.of(frame).ifPresent(losses::add);
    }
  }

  /** What the last part had. */
  List<Segment.Line> lines() {
    return List.copyOf(lines);
  }

  List<StoredLoss> losses() {
    return List.copyOf(losses);
  }

  /** Whether nothing is known any more of where streams stood before the group. */
  boolean isBroken() {
    return isBroken;
  }

  /** Where streams stand that were added to. */
  Map<String, StreamHead> heads() {
    return heads;
  }
}
