package dev.weft.stages.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteStringsTest {

  @Test
  void encodesLengthsInLittleEndian() {
    var content = encoded(List.of(new byte[] {7, 8}, new byte[0]));

    assertArrayEquals(new byte[] {2, 0, 0, 0, 7, 8, 0, 0, 0, 0}, content);
  }

  @Test
  void readsBackWhateverItWrote() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var round = 0; round < 500; round++) {
      var elements = new ArrayList<byte[]>();
      for (var i = random.nextInt(6); i > 0; i--) {
        var element = new byte[random.nextInt(40)];
        random.nextBytes(element);
        elements.add(element);
      }
      var read = ByteStrings.read(MemorySegment.ofArray(encoded(elements)), (long) elements.size());
      assertEquals(elements.size(), read.size(), "seed " + seed);
      for (var i = 0; i < read.size(); i++) {
        assertArrayEquals(elements.get(i), read.get(i), "seed " + seed);
      }
    }
  }

  @Test
  void refusesLengthsThatPassTheEnd() {
    var error = assertThrows(IllegalArgumentException.class, () -> read(1, 9, 0, 0, 0, 1));

    assertEquals(
        "BYTES element 0: length 9 (expected: 0 to the 1 bytes that follow)", error.getMessage());
  }

  @Test
  void refusesNegativeLengthsAndTruncatedOnes() {
    assertThrows(IllegalArgumentException.class, () -> read(1, -1, -1, -1, -1));
    assertThrows(IllegalArgumentException.class, () -> read(1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> read(2, 0, 0, 0, 0));
  }

  @Test
  void refusesBytesAfterTheLastElement() {
    var error = assertThrows(IllegalArgumentException.class, () -> read(1, 0, 0, 0, 0, 5));

    assertTrue(error.toString().contains("1 bytes after element 0"), error.toString());
  }

  private static List<byte[]> read(long count, int... content) {
    var bytes = new byte[content.length];
    for (var i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) content[i];
    }
    return ByteStrings.read(MemorySegment.ofArray(bytes), count);
  }

  private static byte[] encoded(List<byte[]> elements) {
    var content = new byte[Math.toIntExact(ByteStrings.encodedSize(elements))];
    ByteStrings.write(elements, MemorySegment.ofArray(content));
    return content;
  }
}
