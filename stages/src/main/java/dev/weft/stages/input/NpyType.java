package dev.weft.stages.input;

import dev.weft.stages.tensor.Datatype;
import java.util.Optional;

/**
 * The element type of a .npy file, as NumPy's array protocol spells it: byte order, kind, size.
 *
 * @param kind {@code b} bool, {@code i} signed, {@code u} unsigned, {@code f} float, {@code S}
 *     bytes, {@code U} UTF-32 text, {@code V} raw
 * @param itemBytes bytes of one element
 */
record NpyType(boolean bigEndian, char kind, int itemBytes) {

  private static final int ITEM_BYTES_MAX = 1 << 28;

  /** The type {@code descr} spells, or empty if it is none of those that hold plain elements. */
  static Optional<NpyType> parse(String descr) {
    if (!descr.matches("[<>|][biufSUV]\\d{1,9}")) {
      return Optional.empty();
    }
    var kind = descr.charAt(1);
    var size = Integer.parseInt(descr.substring(2)) * (kind == 'U' ? 4L : 1L);
    return size > ITEM_BYTES_MAX
        ? Optional.empty()
        : Optional.of(new NpyType(descr.charAt(0) == '>', kind, (int) size));
  }

  /** How a tensor of {@code datatype} is written; {@code itemBytes} matters for BYTES only. */
  static NpyType of(Datatype datatype, int itemBytes) {
    var kind =
        switch (datatype) {
          case BOOL -> 'b';
          case UINT8, UINT16, UINT32, UINT64 -> 'u';
          case INT8, INT16, INT32, INT64 -> 'i';
          case FP16, FP32, FP64 -> 'f';
          case BF16 -> 'V';
          case BYTES -> 'S';
        };
    return new NpyType(false, kind, datatype == Datatype.BYTES ? itemBytes : datatype.size());
  }

  /**
   * The datatype this holds, or empty; raw two-byte elements are BF16 only where that is wanted.
   */
  Optional<Datatype> datatype(Datatype wanted) {
    return switch (kind) {
      case 'S', 'U' -> Optional.of(Datatype.BYTES);
      case 'V' ->
          wanted == Datatype.BF16 && itemBytes == 2 ? Optional.of(Datatype.BF16) : Optional.empty();
      case 'b' -> itemBytes == 1 ? Optional.of(Datatype.BOOL) : Optional.empty();
      case 'u' -> Datatype.of("UINT" + itemBytes * 8);
      case 'i' -> Datatype.of("INT" + itemBytes * 8);
      default -> Datatype.of("FP" + itemBytes * 8);
    };
  }

  /** Bytes that are turned round together when the byte order is not the machine's. */
  int wordBytes() {
    return switch (kind) {
      case 'S' -> 1;
      case 'U' -> 4;
      default -> itemBytes;
    };
  }

  /** NumPy's spelling, for example {@code <f4}. */
  @Override
  public String toString() {
    var order = wordBytes() == 1 || kind == 'V' ? '|' : bigEndian ? '>' : '<';
    return "" + order + kind + (kind == 'U' ? itemBytes / 4 : itemBytes);
  }
}
