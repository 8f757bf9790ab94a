package dev.weft.persistence.segment;

import dev.weft.persistence.trace.BlobId;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import javax.crypto.SecretKey;

/** Puts frames into a buffer as {@link Frame} describes them. For one thread. */
final class FrameWriter {

  private final CRC32C crc = new CRC32C();
  private final Hashing hashing = new Hashing();
  private final Sealing sealing;

  FrameWriter(Sealing sealing) {
    this.sealing = sealing;
  }

  /** What stands before the payload. */
  record Head(
      Frame.Kind kind,
      long number,
      long sequence,
      Instant time,
      byte[] previous,
      String session,
      String pipeline,
      String variant,
      boolean isDeferred,
      List<BlobId> blobs) {}

  /** Appends a frame, encrypted if there is a key, and answers its hash. */
  byte[] write(GroupBuffer out, Head head, byte[] payload, Optional<SecretKey> key) {
    var start = out.position();
    out.room(Frame.PREFIX_BYTES).position(start + Frame.PREFIX_BYTES);
    var bodyAt = out.position();
    putHead(out, head, flags(head, key.isPresent()));
    if (key.isPresent()) {
      var aad = out.position() - bodyAt;
      var room = out.room(Sealing.EXTRA_BYTES + payload.length);
      sealing.seal(key.get(), out.array(), bodyAt, aad, payload, room);
    } else {
      out.room(payload.length).put(payload);
    }
    var length = out.position() - bodyAt;
    var buffer = out.room(0);
    buffer.putInt(start, length);
    crc.reset();
    crc.update(out.array(), start, Integer.BYTES);
    crc.update(out.array(), bodyAt, length);
    buffer.putInt(start + Integer.BYTES, (int) crc.getValue());
    return hashing.hash(out.array(), bodyAt, length);
  }

  private static byte flags(Head head, boolean isEncrypted) {
    return (byte) ((isEncrypted ? Frame.ENCRYPTED : 0) | (head.isDeferred() ? Frame.DEFERRED : 0));
  }

  private static void putHead(GroupBuffer out, Head head, byte flags) {
    out.room(2 + 3 * Long.BYTES + Integer.BYTES + Hashing.BYTES)
        .put(head.kind().code)
        .put(flags)
        .putLong(head.number())
        .putLong(head.sequence())
        .putLong(head.time().getEpochSecond())
        .putInt(head.time().getNano())
        .put(head.previous());
    out.text(head.session());
    out.text(head.pipeline());
    out.text(head.variant());
    var blobs = out.room(1 + head.blobs().size() * Hashing.BYTES);
    blobs.put((byte) head.blobs().size());
    head.blobs().forEach(blob -> blobs.put(HexFormat.of().parseHex(blob.hex())));
  }
}
