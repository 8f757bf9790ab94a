package dev.weft.stages.tensor;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Element type of a tensor, spelled as in the Open Inference Protocol v2 ("Tensor Data Types"). */
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
  /** Byte strings of any length, each stored as a 4-byte little-endian length and its bytes. */
  BYTES(0);

  private static final Map<String, Datatype> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Datatype::name, type -> type));

  private final int size;

  Datatype(int size) {
    this.size = size;
  }

  /** Bytes of one element; 0 for {@link #BYTES}, whose elements vary. */
  public int size() {
    return size;
  }

  /** Whether every element takes the same number of bytes. */
  public boolean isFixedSize() {
    return size > 0;
  }

  public boolean isFloat() {
    return switch (this) {
      case FP16, BF16, FP32, FP64 -> true;
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> false;
    };
  }

  /** The datatype of this exact spelling, if there is one. */
  public static Optional<Datatype> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }
}
