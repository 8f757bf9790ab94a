package dev.weft.stages.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShapeCheckTest {

  private static final TensorSpec ROWS = TensorSpec.of("rows", Datatype.FP32, "batch", -1);

  @Test
  void bindsANameToOneSize() {
    try (var pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);
        var two = pool.floats(Shape.of(2, 1), 1, 2);
        var three = pool.floats(Shape.of(3, 1), 1, 2, 3)) {
      var check = new ShapeCheck();
      assertEquals(Optional.empty(), check.problem(List.of(ROWS), List.of(two)));
      assertEquals(Optional.of(2L), check.size("batch"));
      assertEquals(
          Optional.of("'rows': FP32[3, 1] (expected: FP32[batch, -1], batch = 2)"),
          check.problem(List.of(ROWS), List.of(three)));
    }
  }

  @Test
  void refusesASizeNoStageCanCountTo() {
    try (var pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);
        var empty = pool.floats(Shape.of(0, 3_000_000_000L))) {
      assertEquals(
          Optional.of(
              "'rows': FP32[0, 3000000000] (expected: FP32[batch, -1], batch = 0,"
                  + " no dimension above 2147483639)"),
          new ShapeCheck().problem(List.of(ROWS), List.of(empty)));
    }
  }
}
