package dev.weft.link.compression;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Packs payloads by what they hold: quickly, and only where a sample says that it pays. What comes
 * out is bit for bit what went in. Pure.
 */
public final class Compression {

  /** Below it a message's own head weighs more. */
  private static final int BYTES_MIN = 256;

  private static final int PIECES = 4;
  private static final int PIECE_BYTES = 1 << 10;

  /** What a sample must shrink to for the whole to be tried. */
  private static final double PAYS = 0.9;

  private static final int WIDTH_MAX = 16;

  private Compression() {}

  /**
   * Packs a payload.
   *
   * @param width bytes of one of its numbers, 1 to 16
   * @param bytes must not be written as long as what is returned is used
   */
  public static Packed pack(Content content, int width, byte[] bytes) {
    requireWidth(width);
    var method =
        switch (content) {
          case BYTES, INTEGERS -> Method.DEFLATE;
          case FLOATS -> width == 1 ? Method.DEFLATE : Method.SHUFFLED_DEFLATE;
          case SAMPLES -> Method.NONE;
        };
    if (method == Method.NONE || bytes.length < BYTES_MIN || !pays(method, width, bytes)) {
      return new Packed(Method.NONE, width, bytes.length, bytes);
    }
    var packed = deflate(method, width, bytes);
    return packed.length < bytes.length
        ? new Packed(method, width, bytes.length, packed)
        : new Packed(Method.NONE, width, bytes.length, bytes);
  }

  /**
   * The payload as it was.
   *
   * @throws IllegalArgumentException if it is damaged, or of another length
   */
  public static byte[] unpack(Packed packed) {
    requireWidth(packed.width());
    return switch (packed.method()) {
      case NONE -> {
        requireLength(packed.bytes().length, packed.length());
        yield packed.bytes();
      }
      case DEFLATE -> inflate(packed.bytes(), packed.length());
      case SHUFFLED_DEFLATE -> unshuffle(inflate(packed.bytes(), packed.length()), packed.width());
    };
  }

  private static void requireWidth(int width) {
    if (width < 1 || width > WIDTH_MAX) {
      throw new IllegalArgumentException(
          "width: %d (expected: 1 to %d)".formatted(width, WIDTH_MAX));
    }
  }

  private static void requireLength(int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          "payload: %d bytes (expected: %d)".formatted(length, expected));
    }
  }

  /** Whether pieces from all over shrink. */
  private static boolean pays(Method method, int width, byte[] bytes) {
    if (bytes.length <= PIECES * PIECE_BYTES) {
      return true;
    }
    var sample = new byte[PIECES * PIECE_BYTES];
    var step = (bytes.length - PIECE_BYTES) / (PIECES - 1);
    for (var piece = 0; piece < PIECES; piece++) {
      // Where a number begins.
      var from = piece * step / width * width;
      System.arraycopy(bytes, from, sample, piece * PIECE_BYTES, PIECE_BYTES);
    }
    return deflate(method, width, sample).length < sample.length * PAYS;
  }

  /**
   * Longer than the payload by one byte at most: what does not shrink is not deflated to its end.
   */
  private static byte[] deflate(Method method, int width, byte[] bytes) {
    var deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(method == Method.SHUFFLED_DEFLATE ? shuffle(bytes, width) : bytes);
      deflater.finish();
      var packed = new byte[bytes.length];
      var length = deflater.deflate(packed);
      return deflater.finished() ? Arrays.copyOf(packed, length) : new byte[bytes.length + 1];
    } finally {
      deflater.end();
    }
  }

  private static byte[] inflate(byte[] packed, int length) {
    var inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      var bytes = new byte[length];
      var filled = 0;
      while (filled < length) {
        var more = inflater.inflate(bytes, filled, length - filled);
        if (more == 0) {
          break;
        }
        filled += more;
      }
      requireLength(filled, length);
      // It ends there, too.
      if (!inflater.finished() && inflater.inflate(new byte[1]) > 0) {
        throw new IllegalArgumentException("payload: more (expected: %d bytes)".formatted(length));
      }
      return bytes;
    } catch (DataFormatException e) {
      throw new IllegalArgumentException(
          "payload: %s (expected: DEFLATE)".formatted(e.getMessage()), e);
    } finally {
      inflater.end();
    }
  }

  /** What is beyond the last whole number stays at the end. */
  private static byte[] shuffle(byte[] bytes, int width) {
    var numbers = bytes.length / width;
    var shuffled = bytes.clone();
    for (var place = 0; place < width; place++) {
      for (var number = 0; number < numbers; number++) {
        shuffled[place * numbers + number] = bytes[number * width + place];
      }
    }
    return shuffled;
  }

  private static byte[] unshuffle(byte[] shuffled, int width) {
    var numbers = shuffled.length / width;
    var bytes = shuffled.clone();
    for (var place = 0; place < width; place++) {
      for (var number = 0; number < numbers; number++) {
        bytes[number * width + place] = shuffled[place * numbers + number];
      }
    }
    return bytes;
  }
}
