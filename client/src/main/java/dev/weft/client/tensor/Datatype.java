package dev.weft.client.tensor;

/**
 * An element type of the Open Inference Protocol, by the name it has there.
 *
 * <p>Source: Open Inference Protocol v2, "Tensor Data Types"; BF16 is of Triton's extension.
 */
public enum Datatype {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  /** Texts or other strings of bytes, each as long as it likes. */
  BYTES(0);

  private final int bytes;

  Datatype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element; 0 for {@link #BYTES}, whose elements each begin with their length. */
  public int bytes() {
    return bytes;
  }
}
