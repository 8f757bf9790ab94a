package dev.weft.fabric.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.tensor.TensorPool.LeakTracing;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorSlotsTest {

  @Test
  void whatNobodyReadsIsThereAsLongAsItIsKept() {
    try (var pool = new TensorPool(1 << 20, LeakTracing.ON)) {
      var slots = new TensorSlots(new int[] {0, 1}, new Tensor[0]);
      slots.keep(0, 2);
      slots.put(0, List.of(pool.floats(Shape.of(1), 1), pool.floats(Shape.of(1), 2)));

      assertEquals(1, slots.present(0).toFloats()[0]);
      slots.used(0, 2);

      assertTrue(slots.isEmpty(0));
      assertFalse(slots.isEmpty(1), "its one reader is yet to come");
      slots.used(1);
      assertEquals(0, pool.leased());
    }
  }
}
