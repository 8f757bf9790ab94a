package dev.weft.stages.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void countsElementsOfScalarsAndZeroSizedDimensions() {
    assertEquals(1, Shape.of().elements());
    assertEquals(0, Shape.of(4, 0, 7).elements());
    assertEquals(150_528, Shape.of(1, 3, 224, 224).elements());
  }

  @Test
  void refusesNegativeDimensions() {
    var error = assertThrows(IllegalArgumentException.class, () -> Shape.of(1, -1));

    assertEquals("shape: [1, -1] (expected: dimensions >= 0)", error.getMessage());
  }

  @Test
  void refusesMoreThanThirtyTwoDimensions() {
    assertThrows(IllegalArgumentException.class, () -> Shape.of(new long[33]));
  }

  @Test
  void refusesAnOverflowHiddenBehindAZero() {
    assertThrows(IllegalArgumentException.class, () -> Shape.of(Long.MAX_VALUE, 2, 0));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(0, Long.MAX_VALUE, 2));
  }

  @Test
  void refusesExactlyTheProductsThatDoNotFitALong() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var round = 0; round < 20_000; round++) {
      var dims = new long[1 + random.nextInt(4)];
      Arrays.setAll(dims, _ -> 1 + (random.nextLong() >>> (1 + random.nextInt(62))));
      Arrays.setAll(dims, axis -> Math.max(1, dims[axis]));
      var product =
          Arrays.stream(dims)
              .mapToObj(BigInteger::valueOf)
              .reduce(BigInteger.ONE, BigInteger::multiply);
      var label = "seed " + seed + ", dims " + Arrays.toString(dims);
      if (product.bitLength() < Long.SIZE) {
        assertEquals(product.longValueExact(), Shape.of(dims).elements(), label);
      } else {
        assertThrows(IllegalArgumentException.class, () -> Shape.of(dims), label);
      }
    }
  }

  @Test
  void keepsItsOwnDimensions() {
    var dims = new long[] {2, 3};
    var shape = Shape.of(dims);
    dims[0] = 9;
    shape.toArray()[1] = 9;

    assertEquals(Shape.of(2, 3), shape);
    assertEquals("[2, 3]", shape.toString());
    assertTrue(shape.hashCode() == Shape.of(2, 3).hashCode());
  }
}
