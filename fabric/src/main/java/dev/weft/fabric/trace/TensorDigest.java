package dev.weft.fabric.trace;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of a tensor: of the datatype's name, a zero byte, the rank and each dimension as eight
 * bytes (big-endian), and the content. Lower-case hex.
 */
public final class TensorDigest {

  private static final long CHUNK = 1L << 30;

  private TensorDigest() {}

  /** Digest of a tensor on lease. */
  public static String of(Tensor tensor) {
    return of(tensor.datatype(), tensor.shape(), tensor.segment());
  }

  static String of(Datatype datatype, Shape shape, MemorySegment content) {
    var sha = sha256();
    sha.update(datatype.name().getBytes(StandardCharsets.US_ASCII));
    sha.update((byte) 0);
    var head = ByteBuffer.allocate(Long.BYTES * (1 + shape.rank())).putLong(shape.rank());
    for (var axis = 0; axis < shape.rank(); axis++) {
      head.putLong(shape.dim(axis));
    }
    sha.update(head.array());
    for (var from = 0L; from < content.byteSize(); from += CHUNK) {
      sha.update(content.asSlice(from, Math.min(CHUNK, content.byteSize() - from)).asByteBuffer());
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  /** SHA-256 of bytes alone, lower-case hex. */
  public static String of(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
