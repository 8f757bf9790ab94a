package dev.weft.stages.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlacementTest {

  private static final long REGION_BYTES = 4096;

  @Test
  void readsWhatWasWritten() {
    try (var arena = Arena.ofConfined()) {
      var placements =
          List.of(
              new Placement(7, Datatype.FP32, Shape.of(1, 3, 2), 64, 24),
              new Placement(-2, Datatype.BYTES, Shape.of(), 0, 9),
              new Placement(0, Datatype.BOOL, Shape.of(new long[32]), 128, 0));
      var memory = arena.allocate(Placement.bytes(placements), 8);
      Placement.write(placements, memory);
      assertEquals(placements, Placement.read(memory));
      assertEquals(1, placements.get(1).input());
    }
  }

  /** Any words may stand there; whatever is made of them lies within the region. */
  @Test
  void noWordsMakeATensorOutsideTheRegion() {
    try (var arena = Arena.ofConfined()) {
      var region = arena.allocate(REGION_BYTES, 64);
      var made = 0;
      var honest =
          List.of(
              new Placement(0, Datatype.FP32, Shape.of(4, 4), 64, 64),
              new Placement(1, Datatype.BYTES, Shape.of(2), 128, 30));
      for (var seed = 0; seed < 20_000; seed++) {
        var random = new Random(seed);
        var memory = arena.allocate(512, 8);
        Placement.write(honest, memory);
        for (var change = random.nextInt(4); change >= 0; change--) {
          memory.setAtIndex(ValueLayout.JAVA_LONG, random.nextInt(20), hostile(random));
        }
        try {
          for (var placement : Placement.read(memory)) {
            try (var tensor = placement.tensor(region, () -> {})) {
              var at = tensor.segment().address() - region.address();
              assertTrue(at >= 0 && at + tensor.byteSize() <= REGION_BYTES, "seed " + seed);
              made++;
            }
          }
        } catch (IllegalArgumentException expected) {
          assertTrue(String.valueOf(expected.getMessage()).length() > 5);
        }
      }
      assertTrue(made > 100, made + " tensors made, which is too few to show anything");
    }
  }

  @Test
  void aTensorMustStartWhereItsElementsMayBeRead() {
    try (var arena = Arena.ofConfined()) {
      var region = arena.allocate(REGION_BYTES, 64);
      var askew = new Placement(0, Datatype.FP32, Shape.of(2), 1, 8);
      assertThrows(IllegalArgumentException.class, () -> askew.tensor(region, () -> {}));
    }
  }

  private static long hostile(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong();
      case 1 -> Long.MAX_VALUE - random.nextInt(70);
      case 2 -> -random.nextInt(5_000);
      case 3 -> 64L * random.nextInt(70);
      case 4 -> REGION_BYTES - random.nextInt(3);
      default -> random.nextInt(3);
    };
  }
}
