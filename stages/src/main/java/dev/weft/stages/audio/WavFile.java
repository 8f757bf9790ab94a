package dev.weft.stages.audio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A RIFF/WAVE file in memory, checked whole: its format and where its samples are.
 *
 * <p>Source: Microsoft, "Multiple Channel Audio Data and WAVE Files" (2007), for the extensible
 * format; IBM and Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (1991).
 *
 * @param sampleRate frames per second
 * @param data interleaved samples, little-endian, a whole number of frames
 */
record WavFile(Encoding encoding, int channels, int sampleRate, MemorySegment data) {

  static final int CHANNELS_MAX = 64;
  static final int SAMPLE_RATE_MAX = 768_000;

  private static final int TAG_PCM = 1;
  private static final int TAG_FLOAT = 3;
  private static final int TAG_EXTENSIBLE = 0xFFFE;
  private static final int FORMAT_BYTES_MIN = 16;
  private static final int FORMAT_BYTES_EXTENSIBLE = 40;
  private static final byte[] SUBFORMAT_TAIL = {
    0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
  };
  private static final ValueLayout.OfShort INT16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** How one sample is stored. */
  enum Encoding {
    PCM8(TAG_PCM, 1),
    PCM16(TAG_PCM, 2),
    PCM24(TAG_PCM, 3),
    PCM32(TAG_PCM, 4),
    FLOAT32(TAG_FLOAT, 4),
    FLOAT64(TAG_FLOAT, 8);

    private final int tag;
    private final int bytes;

    Encoding(int tag, int bytes) {
      this.tag = tag;
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with the file
   */
  static WavFile parse(MemorySegment content) {
    if (content.byteSize() < 12
        || !id(content, 0).equals("RIFF")
        || !id(content, 8).equals("WAVE")) {
      throw new IllegalArgumentException(
          "%d bytes without RIFF/WAVE at the start (expected: a WAV file)"
              .formatted(content.byteSize()));
    }
    MemorySegment format = null;
    var at = 12L;
    while (content.byteSize() - at >= 8) {
      var id = id(content, at);
      var size = Integer.toUnsignedLong(content.get(INT32, at + 4));
      at += 8;
      if (size > content.byteSize() - at) {
        throw new IllegalArgumentException(
            "chunk '%s': %d bytes of %d (expected: a whole file)"
                .formatted(id, content.byteSize() - at, size));
      }
      if (id.equals("fmt ")) {
        format = content.asSlice(at, size);
      } else if (id.equals("data")) {
        if (format == null) {
          throw new IllegalArgumentException("chunk 'data': first (expected: 'fmt ' before it)");
        }
        return of(format, content.asSlice(at, size));
      }
      at += size + (size & 1);
    }
    throw new IllegalArgumentException("no chunk 'data' (expected: samples)");
  }

  long frames() {
    return data.byteSize() / ((long) channels * encoding.bytes());
  }

  /** Sample {@code index} of the interleaved data, in [-1, 1]; NaN stays NaN. */
  float sample(long index) {
    return switch (encoding) {
      case PCM8 -> ((data.get(ValueLayout.JAVA_BYTE, index) & 0xFF) - 128) / 128f;
      case PCM16 -> data.get(INT16, index * 2) / 32_768f;
      case PCM24 -> {
        var low = data.get(ValueLayout.JAVA_BYTE, index * 3) & 0xFF;
        yield (data.get(INT16, index * 3 + 1) << 8 | low) / 8_388_608f;
      }
      case PCM32 -> data.get(INT32, index * 4) / 2_147_483_648f;
      case FLOAT32 -> clipped(Float.intBitsToFloat(data.get(INT32, index * 4)));
      case FLOAT64 -> {
        var low = Integer.toUnsignedLong(data.get(INT32, index * 8));
        var high = (long) data.get(INT32, index * 8 + 4) << 32;
        yield clipped((float) Double.longBitsToDouble(high | low));
      }
    };
  }

  private static float clipped(float sample) {
    return Math.max(-1, Math.min(1, sample));
  }

  private static WavFile of(MemorySegment format, MemorySegment data) {
    if (format.byteSize() < FORMAT_BYTES_MIN) {
      throw new IllegalArgumentException(
          "chunk 'fmt ': %d bytes (expected: >= %d)"
              .formatted(format.byteSize(), FORMAT_BYTES_MIN));
    }
    var tag = Short.toUnsignedInt(format.get(INT16, 0));
    var channels = Short.toUnsignedInt(format.get(INT16, 2));
    var sampleRate = Integer.toUnsignedLong(format.get(INT32, 4));
    var blockBytes = Short.toUnsignedInt(format.get(INT16, 12));
    var bits = Short.toUnsignedInt(format.get(INT16, 14));
    var encoding = encoding(tag == TAG_EXTENSIBLE ? subformat(format) : tag, bits);
    require(channels >= 1 && channels <= CHANNELS_MAX, "channels", channels, "1 to 64");
    require(
        sampleRate >= 1 && sampleRate <= SAMPLE_RATE_MAX, "sample rate", sampleRate, "1 to 768000");
    var frameBytes = channels * encoding.bytes();
    require(blockBytes == frameBytes, "block size", blockBytes, Integer.toString(frameBytes));
    require(
        data.byteSize() % frameBytes == 0,
        "chunk 'data'",
        data.byteSize() + " bytes",
        "a multiple of " + frameBytes);
    return new WavFile(encoding, channels, (int) sampleRate, data);
  }

  private static int subformat(MemorySegment format) {
    var known =
        format.byteSize() >= FORMAT_BYTES_EXTENSIBLE
            && format
                    .asSlice(26, SUBFORMAT_TAIL.length)
                    .mismatch(MemorySegment.ofArray(SUBFORMAT_TAIL))
                == -1;
    require(known, "extensible format", "another subformat", "PCM or IEEE float");
    return Short.toUnsignedInt(format.get(INT16, 24));
  }

  private static Encoding encoding(int tag, int bits) {
    return Arrays.stream(Encoding.values())
        .filter(each -> each.tag == tag && each.bytes * Byte.SIZE == bits)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    ("format: tag %d of %d bits (expected: PCM of 8, 16, 24 or 32 bits,"
                            + " float of 32 or 64)")
                        .formatted(tag, bits)));
  }

  private static void require(boolean holds, String what, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s: %s (expected: %s)".formatted(what, value, expected));
    }
  }

  private static String id(MemorySegment content, long at) {
    return new String(
        content.asSlice(at, 4).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }
}
