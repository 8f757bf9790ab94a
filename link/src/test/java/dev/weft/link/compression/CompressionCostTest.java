package dev.weft.link.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Measures, when it is asked to, below which bytes per second of a link packing pays. */
@EnabledIfSystemProperty(named = "weft.measure", matches = "true")
class CompressionCostTest {

  private static final int NUMBERS = 3 * 224 * 224;
  private static final int TOKENS = 512;
  private static final int ROUND_BYTES = 12_000_000;

  private static final Random RANDOM = new Random(1);

  private record Sample(Content content, int width, byte[] bytes) {}

  private static Sample floats(IntToDoubleFunction value) {
    var bytes = ByteBuffer.allocate(NUMBERS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var i = 0; i < NUMBERS; i++) {
      bytes.putFloat((float) value.applyAsDouble(i));
    }
    return new Sample(Content.FLOATS, Float.BYTES, bytes.array());
  }

  private static Sample tokens() {
    var bytes = ByteBuffer.allocate(TOKENS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var i = 0; i < TOKENS; i++) {
      bytes.putLong(i < TOKENS / 3 ? RANDOM.nextInt(30_000) : 0);
    }
    return new Sample(Content.INTEGERS, Long.BYTES, bytes.array());
  }

  private static Map<String, Sample> samples() {
    var samples = new LinkedHashMap<String, Sample>();
    var shade = new double[] {128};
    samples.put(
        "a normalised picture",
        floats(
            _ -> {
              shade[0] = Math.clamp(shade[0] + RANDOM.nextGaussian() * 6, 0, 255);
              return (Math.round(shade[0]) / 255.0 - 0.485) / 0.229;
            }));
    samples.put("activations", floats(_ -> RANDOM.nextGaussian()));
    samples.put("rectified ones", floats(_ -> Math.max(0, RANDOM.nextGaussian())));
    samples.put(
        "sound",
        floats(i -> (short) (8_000 * Math.sin(i * 0.05) + RANDOM.nextGaussian() * 300) / 32_768.0));
    samples.put("tokens", tokens());
    return samples;
  }

  @Test
  void tellsBelowWhichBytesPerSecondPackingPays() {
    for (var each : samples().entrySet()) {
      var sample = each.getValue();
      measure(sample, ROUND_BYTES);
      System.out.printf("%-20s %s%n", each.getKey(), measure(sample, ROUND_BYTES));
    }
  }

  private static String measure(Sample sample, int bytes) {
    var thread = ManagementFactory.getThreadMXBean();
    var rounds = bytes / sample.bytes().length + 1;
    var packed = Compression.pack(sample.content(), sample.width(), sample.bytes());
    var begun = thread.getCurrentThreadCpuTime();
    for (var i = 0; i < rounds; i++) {
      packed = Compression.pack(sample.content(), sample.width(), sample.bytes());
    }
    var halfway = thread.getCurrentThreadCpuTime();
    for (var i = 0; i < rounds; i++) {
      assertArrayEquals(sample.bytes(), Compression.unpack(packed));
    }
    var end = thread.getCurrentThreadCpuTime();
    var saved = sample.bytes().length - packed.bytes().length;
    return "%7d bytes to %.2f, %6d us to pack, %5d us to unpack: pays below %.1f MB/s"
        .formatted(
            sample.bytes().length,
            packed.ratio(),
            (halfway - begun) / rounds / 1_000,
            (end - halfway) / rounds / 1_000,
            saved * 1e3 / ((end - begun) / (double) rounds));
  }
}
