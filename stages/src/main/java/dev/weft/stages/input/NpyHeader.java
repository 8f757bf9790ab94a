package dev.weft.stages.input;

import dev.weft.stages.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * What a .npy file says before its data: element type, axis order and shape.
 *
 * <p>The header is a Python dict literal; of that grammar only what NumPy itself writes is read.
 * Source: NumPy Enhancement Proposal 1 and {@code numpy/lib/_format_impl.py}, format 1.0 to 3.0.
 *
 * @param fortranOrder whether the first axis varies fastest in the data
 * @param dataOffset where the data starts, in bytes
 */
record NpyHeader(NpyType type, boolean fortranOrder, Shape shape, long dataOffset) {

  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final int HEADER_BYTES_MAX = 65_536;
  private static final int RANK_MAX = 32;
  private static final ValueLayout.OfInt INT32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort INT16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static boolean startsIn(MemorySegment content) {
    return content.byteSize() >= MAGIC.length
        && content.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) == -1;
  }

  /**
   * @throws IllegalArgumentException saying what is wrong, without the file's name
   */
  static NpyHeader parse(MemorySegment content) {
    if (!startsIn(content)) {
      throw new IllegalArgumentException("start: no \\x93NUMPY (expected: a .npy file)");
    }
    if (content.byteSize() < 12) {
      throw truncated(content, 12);
    }
    var version = content.get(ValueLayout.JAVA_BYTE, 6);
    var minor = content.get(ValueLayout.JAVA_BYTE, 7);
    if (version < 1 || version > 3 || minor != 0) {
      throw new IllegalArgumentException(
          "version: %d.%d (expected: 1.0, 2.0 or 3.0)".formatted(version, minor));
    }
    var start = version == 1 ? 10 : 12;
    var length =
        version == 1
            ? Short.toUnsignedInt(content.get(INT16, 8))
            : Integer.toUnsignedLong(content.get(INT32, 8));
    if (length > HEADER_BYTES_MAX) {
      throw new IllegalArgumentException(
          "header: %d bytes (expected: <= %d)".formatted(length, HEADER_BYTES_MAX));
    }
    if (content.byteSize() - start < length) {
      throw truncated(content, start + length);
    }
    Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    var bytes = content.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
    return new Literal(new String(bytes, charset)).header(start + length);
  }

  /** The file's bytes before the data, padded so that the data is aligned to 64 bytes. */
  byte[] toBytes() {
    var dims = Arrays.stream(shape.toArray()).mapToObj(Long::toString).toList();
    var tuple = "(" + String.join(", ", dims) + (dims.size() == 1 ? ",)" : ")");
    var dict =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
            .formatted(type, fortranOrder ? "True" : "False", tuple);
    var size = (MAGIC.length + 4 + dict.length() + 1 + 63) / 64 * 64;
    var bytes = new byte[size];
    System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
    bytes[6] = 1;
    bytes[8] = (byte) (size - 10);
    bytes[9] = (byte) (size - 10 >> 8);
    var text = dict + " ".repeat(size - 11 - dict.length()) + "\n";
    System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 10, size - 10);
    return bytes;
  }

  private static IllegalArgumentException truncated(MemorySegment content, long needed) {
    return new IllegalArgumentException(
        "size: %d bytes (expected: at least %d for the header)"
            .formatted(content.byteSize(), needed));
  }

  /** A reader of the dict, left to right. */
  private static final class Literal {

    private final String text;
    private int at;

    Literal(String text) {
      this.text = text;
    }

    NpyHeader header(long dataOffset) {
      var descr = "";
      var order = "";
      long[] dims = {};
      var keys = new ArrayList<String>();
      expect('{');
      while (!peek('}')) {
        var key = quoted();
        if (keys.contains(key)) {
          throw wrong("each key once", key);
        }
        keys.add(key);
        expect(':');
        switch (key) {
          case "descr" -> descr = descr();
          case "fortran_order" -> order = word();
          case "shape" -> dims = tuple();
          default -> throw wrong("the keys 'descr', 'fortran_order' and 'shape'", key);
        }
        if (!peek('}')) {
          expect(',');
        }
      }
      expect('}');
      skipSpace();
      if (at < text.length() || keys.size() != 3) {
        throw wrong("one dict with 'descr', 'fortran_order' and 'shape'", text.strip());
      }
      if (!order.equals("True") && !order.equals("False")) {
        throw wrong("fortran_order True or False", order);
      }
      var spelled = descr;
      var type =
          NpyType.parse(descr)
              .orElseThrow(
                  () -> wrong("a descr of bool, integer, float, S, U or raw type", spelled));
      return new NpyHeader(type, order.equals("True"), Shape.of(dims), dataOffset);
    }

    private String descr() {
      if (peek('[')) {
        throw wrong("a descr of one plain type, not a record", text.strip());
      }
      return quoted();
    }

    private long[] tuple() {
      var dims = new ArrayList<Long>();
      expect('(');
      while (!peek(')')) {
        dims.add(number());
        if (!peek(')') || dims.size() == 1) {
          expect(',');
        }
        if (dims.size() > RANK_MAX) {
          throw wrong("at most " + RANK_MAX + " dimensions", text.strip());
        }
      }
      expect(')');
      return dims.stream().mapToLong(Long::longValue).toArray();
    }

    private long number() {
      skipSpace();
      var start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      if (at == start || at - start > 18) {
        throw wrong("a dimension of 1 to 18 digits", text.strip());
      }
      return Long.parseLong(text, start, at, 10);
    }

    private String quoted() {
      skipSpace();
      var quote = at < text.length() ? text.charAt(at) : ' ';
      var end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0) {
        throw wrong("a quoted word at character " + at, text.strip());
      }
      var word = text.substring(at + 1, end);
      at = end + 1;
      return word;
    }

    private String word() {
      skipSpace();
      var start = at;
      while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private void expect(char wanted) {
      if (!peek(wanted)) {
        throw wrong("'%s' at character %d".formatted(wanted, at), text.strip());
      }
      at++;
    }

    private boolean peek(char wanted) {
      skipSpace();
      return at < text.length() && text.charAt(at) == wanted;
    }

    private void skipSpace() {
      while (at < text.length() && " \n\t".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private IllegalArgumentException wrong(String expected, String found) {
      var shown = found.length() > 120 ? found.substring(0, 120) + "..." : found;
      return new IllegalArgumentException("header: %s (expected: %s)".formatted(shown, expected));
    }
  }
}
