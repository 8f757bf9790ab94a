package dev.weft.stages.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.tensor.TensorPool.LeakTracing;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RegionMemoryTest {

  @Test
  void tensorsLieInTheRegionAndNoTwoOverlap() {
    for (var seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      try (var arena = Arena.ofConfined()) {
        var region = arena.allocate(64 << 10, TensorPool.ALIGNMENT);
        var emptied = new AtomicInteger();
        var pool =
            new TensorPool(
                region.byteSize(),
                LeakTracing.ON,
                new RegionMemory(region, emptied::incrementAndGet));
        var leased = new ArrayList<Tensor>();
        for (var step = 0; step < 400; step++) {
          if (leased.isEmpty() || random.nextInt(3) > 0) {
            try {
              leased.add(pool.allocate(Datatype.UINT8, Shape.of(random.nextInt(6_000))));
            } catch (TensorMemoryException e) {
              leased.remove(random.nextInt(leased.size())).close();
            }
          } else {
            leased.remove(random.nextInt(leased.size())).close();
          }
          assertApart(leased, region.address(), region.byteSize(), seed);
        }
        leased.forEach(Tensor::close);
        pool.close();
        assertEquals(0, pool.bytesHeld(), "seed " + seed);
        assertEquals(1, emptied.get(), "seed " + seed);
      }
    }
  }

  @Test
  void aRegionCutIntoWaitingPiecesIsJoinedForALargeTensor() {
    try (var arena = Arena.ofConfined()) {
      var region = arena.allocate(4096, TensorPool.ALIGNMENT);
      try (var pool = new TensorPool(4096, LeakTracing.ON, new RegionMemory(region, () -> {}))) {
        var small = new ArrayList<Tensor>();
        for (var i = 0; i < 16; i++) {
          small.add(pool.allocate(Datatype.UINT8, Shape.of(256)));
        }
        assertThrows(TensorMemoryException.class, () -> pool.allocate(Datatype.UINT8, Shape.of(1)));
        small.forEach(Tensor::close);
        pool.allocate(Datatype.UINT8, Shape.of(4096)).close();
      }
    }
  }

  @Test
  void theRegionIsLetGoWhenTheLastTensorEndsAfterTheClose() {
    try (var arena = Arena.ofConfined()) {
      var region = arena.allocate(4096, TensorPool.ALIGNMENT);
      var emptied = new AtomicInteger();
      var pool =
          new TensorPool(4096, LeakTracing.OFF, new RegionMemory(region, emptied::incrementAndGet));
      var tensor = pool.allocate(Datatype.UINT8, Shape.of(10));
      pool.close();
      assertEquals(0, emptied.get());
      tensor.close();
      assertEquals(1, emptied.get());
      pool.close();
      assertEquals(1, emptied.get());
    }
  }

  private static void assertApart(ArrayList<Tensor> tensors, long start, long bytes, int seed) {
    var sorted = new ArrayList<>(tensors);
    sorted.removeIf(tensor -> tensor.byteSize() == 0);
    sorted.sort((a, b) -> Long.compare(a.segment().address(), b.segment().address()));
    var free = start;
    for (var tensor : sorted) {
      var at = tensor.segment().address();
      assertTrue(at >= free, "seed " + seed);
      assertEquals(0, at % TensorPool.ALIGNMENT, "seed " + seed);
      free = at + tensor.byteSize();
    }
    assertTrue(free <= start + bytes, "seed " + seed);
  }
}
