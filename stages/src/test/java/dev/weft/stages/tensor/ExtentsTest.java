package dev.weft.stages.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentsTest {

  private record Part(long offset, long length) {}

  @Test
  void everyPartIsGivenOnceAndAllComeTogetherAgain() {
    for (var seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var size = 1 + random.nextInt(500);
      var extents = new Extents(size);
      var taken = new ArrayList<Part>();
      var used = new boolean[size];
      for (var step = 0; step < 300; step++) {
        if (taken.isEmpty() || random.nextBoolean()) {
          var length = 1 + random.nextInt(40);
          var offset = extents.take(length);
          assertEquals(longestFree(used) >= length, offset.isPresent(), "seed " + seed);
          offset.ifPresent(at -> taken.add(mark(used, new Part(at, length), true)));
        } else {
          var part = taken.remove(random.nextInt(taken.size()));
          extents.give(part.offset(), part.length());
          mark(used, part, false);
        }
        var inUse = taken.stream().mapToLong(Part::length).sum();
        assertEquals(size - inUse, extents.freeBytes(), "seed " + seed);
      }
      taken.forEach(part -> extents.give(part.offset(), part.length()));
      assertEquals(size, extents.freeBytes(), "seed " + seed);
      assertEquals(1, extents.parts(), "seed " + seed);
    }
  }

  @Test
  void whatIsFreeOrOutsideIsNotTakenBack() {
    var extents = new Extents(100);
    assertTrue(extents.take(60).isPresent());
    assertThrows(IllegalStateException.class, () -> extents.give(50, 20));
    assertThrows(IllegalStateException.class, () -> extents.give(90, 20));
    assertThrows(IllegalStateException.class, () -> extents.give(-10, 20));
    assertThrows(IllegalStateException.class, () -> extents.give(10, 0));
    extents.give(0, 60);
    assertThrows(IllegalStateException.class, () -> extents.give(0, 60));
    assertEquals(100, extents.freeBytes());
  }

  private static Part mark(boolean[] used, Part part, boolean taken) {
    for (var i = part.offset(); i < part.offset() + part.length(); i++) {
      assertEquals(!taken, used[(int) i], "byte " + i);
      used[(int) i] = taken;
    }
    return part;
  }

  private static int longestFree(boolean[] used) {
    var longest = 0;
    var run = 0;
    for (var byteUsed : used) {
      run = byteUsed ? 0 : run + 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}
