package dev.weft.persistence.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The envelope of what a journal stores: {@code [CRC32C of manifest and payload: 4
 * bytes][payload]}. Databases do not always notice a flipped bit, and a flipped number is still a
 * number; with the envelope a row is what was written or it is refused.
 */
final class Seal {

  private static final int CHECKSUM_BYTES = Integer.BYTES;

  private Seal() {}

  static byte[] seal(String manifest, byte[] payload) {
    return ByteBuffer.allocate(CHECKSUM_BYTES + payload.length)
        .putInt(checksum(manifest, payload, 0))
        .put(payload)
        .array();
  }

  /** The payload that was sealed under this manifest. */
  static byte[] open(String manifest, byte[] stored) {
    if (!isWhole(manifest, stored)) {
      throw new UnreadableEventException(
          UnreadableEventException.Cause.CORRUPT,
          "%s of %d bytes: not as it was written (expected: its checksum)"
              .formatted(manifest, stored.length));
    }
    return java.util.Arrays.copyOfRange(stored, CHECKSUM_BYTES, stored.length);
  }

  /** Whether stored bytes are those that were sealed under this manifest. */
  static boolean isWhole(String manifest, byte[] stored) {
    return stored.length >= CHECKSUM_BYTES
        && ByteBuffer.wrap(stored).getInt() == checksum(manifest, stored, CHECKSUM_BYTES);
  }

  private static int checksum(String manifest, byte[] bytes, int from) {
    var checksum = new CRC32C();
    checksum.update(manifest.getBytes(StandardCharsets.UTF_8));
    checksum.update(bytes, from, bytes.length - from);
    return (int) checksum.getValue();
  }
}
