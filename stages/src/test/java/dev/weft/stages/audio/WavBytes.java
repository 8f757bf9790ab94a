package dev.weft.stages.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes WAV files for tests: a header of any kind and the data given. */
final class WavBytes {

  private WavBytes() {}

  static byte[] pcm16(int channels, int sampleRate, int... samples) {
    var data = ByteBuffer.allocate(samples.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (var sample : samples) {
      data.putShort((short) sample);
    }
    return file(1, channels, sampleRate, 16, data.array());
  }

  static byte[] file(int tag, int channels, int sampleRate, int bits, byte[] data) {
    var format = format(tag, channels, sampleRate, bits).array();
    return riff(chunk("fmt ", format), chunk("data", data));
  }

  /** A {@code fmt} chunk of 40 bytes whose subformat is {@code tag}. */
  static byte[] extensible(int tag, int channels, int sampleRate, int bits, byte[] data) {
    var format = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
    format.put(format(0xFFFE, channels, sampleRate, bits).array());
    format.putShort((short) 22).putShort((short) bits).putInt(0).putShort((short) tag);
    format.put(new byte[] {0, 0, 0, 0, 0x10, 0, -0x80, 0, 0, -0x56, 0, 0x38, -0x65, 0x71});
    return riff(chunk("fmt ", format.array()), chunk("data", data));
  }

  static byte[] riff(byte[]... chunks) {
    var size = 4;
    for (var chunk : chunks) {
      size += chunk.length;
    }
    var file = ByteBuffer.allocate(size + 8).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(size);
    file.put("WAVE".getBytes(StandardCharsets.ISO_8859_1));
    for (var chunk : chunks) {
      file.put(chunk);
    }
    return file.array();
  }

  static byte[] chunk(String id, byte[] content) {
    var size = 8 + content.length + content.length % 2;
    var chunk = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    chunk.put(id.getBytes(StandardCharsets.ISO_8859_1)).putInt(content.length).put(content);
    return chunk.array();
  }

  static ByteBuffer format(int tag, int channels, int sampleRate, int bits) {
    var frame = channels * bits / 8;
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) tag)
        .putShort((short) channels)
        .putInt(sampleRate)
        .putInt(sampleRate * frame)
        .putShort((short) frame)
        .putShort((short) bits)
        .flip();
  }
}
