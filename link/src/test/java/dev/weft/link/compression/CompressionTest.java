package dev.weft.link.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompressionTest {

  private static final long SEED = Long.getLong("weft.seed", 20261130L);

  private static byte[] noise(Random random, int bytes) {
    var noise = new byte[bytes];
    random.nextBytes(noise);
    return noise;
  }

  /** Smooth numbers, as of a signal. */
  private static byte[] floats(int count) {
    var buffer = ByteBuffer.allocate(count * Float.BYTES);
    for (var i = 0; i < count; i++) {
      buffer.putFloat((float) (Math.round(Math.sin(i / 50.0) * 1_000) / 1_000.0));
    }
    return buffer.array();
  }

  @Test
  void whateverGoesInComesOutBitForBit() {
    var random = new Random(SEED);
    for (var round = 0; round < 2_000; round++) {
      var content = Content.values()[random.nextInt(Content.values().length)];
      var width = 1 + random.nextInt(8);
      var bytes = noise(random, random.nextInt(10_000));
      // Runs of alike bytes in some, so that each method is met.
      for (var run = random.nextInt(20); run > 0 && bytes.length > 0; run--) {
        var from = random.nextInt(bytes.length);
        Arrays.fill(bytes, from, Math.min(bytes.length, from + random.nextInt(4_000)), (byte) run);
      }
      var before = bytes.clone();
      var packed = Compression.pack(content, width, bytes);
      assertArrayEquals(
          before, Compression.unpack(packed), "seed %d, round %d".formatted(SEED, round));
      assertTrue(packed.ratio() <= 1);
    }
  }

  @Test
  void textAndTokensShrinkAndSamplesAreLeftAlone() {
    var text =
        "a sentence that is said again and again. ".repeat(50).getBytes(StandardCharsets.UTF_8);
    assertTrue(Compression.pack(Content.BYTES, 1, text).ratio() < 0.2);
    var tokens = ByteBuffer.allocate(8 * 512);
    for (var i = 0; i < 512; i++) {
      tokens.putLong(i * 37L % 30_000);
    }
    assertTrue(Compression.pack(Content.INTEGERS, 8, tokens.array()).ratio() < 0.6);
    assertEquals(Method.NONE, Compression.pack(Content.SAMPLES, 1, text).method());
  }

  @Test
  void floatsAreShuffledWhereItPaysOnly() {
    var smooth = floats(20_000);
    var shuffled = Compression.pack(Content.FLOATS, 4, smooth);
    assertEquals(Method.SHUFFLED_DEFLATE, shuffled.method());
    assertTrue(
        shuffled.ratio() < Compression.pack(Content.BYTES, 4, smooth).ratio(),
        "" + shuffled.ratio());
    var noise = noise(new Random(SEED), 80_000);
    assertEquals(Method.NONE, Compression.pack(Content.FLOATS, 4, noise).method());
  }

  @Test
  void aBeginThatShrinksDoesNotSpeakForARestThatDoesNot() {
    var bytes = noise(new Random(SEED), 100_000);
    Arrays.fill(bytes, 0, 2_000, (byte) 0);
    var packed = Compression.pack(Content.BYTES, 1, bytes);
    assertArrayEquals(bytes, Compression.unpack(packed));
    assertTrue(packed.ratio() <= 1);
  }

  @Test
  void whatIsDamagedIsNotTakenForAPayload() {
    var packed = Compression.pack(Content.FLOATS, 4, floats(1_000));
    var cut = Arrays.copyOf(packed.bytes(), packed.bytes().length / 2);
    refused(new Packed(packed.method(), 4, packed.length(), cut));
    refused(new Packed(packed.method(), 4, packed.length() - 1, packed.bytes()));
    refused(new Packed(packed.method(), 4, packed.length() + 1, packed.bytes()));
    refused(new Packed(Method.NONE, 4, 5, new byte[4]));
    refused(new Packed(Method.NONE, 17, 4, new byte[4]));
    assertThrows(IllegalArgumentException.class, () -> Method.of(3));
  }

  private static void refused(Packed packed) {
    assertThrows(IllegalArgumentException.class, () -> Compression.unpack(packed));
  }
}
