package dev.weft.app.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerTextTest {

  @Test
  void namesTheLargestOfEachRowTheFirstOfEqualOnes() {
    assertEquals("2", text(Datatype.FP32, Shape.of(1, 3), List.of(1, 2, 3)));
    assertEquals("0|1", text(Datatype.FP16, Shape.of(2, 2), List.of(5, 5, 1, 2)));
    assertEquals("0", text(Datatype.FP32, Shape.of(), List.of(7)));
  }

  @Test
  void takesWholeNumbersAndStringsAsTheyAre() {
    assertEquals("42|-1", text(Datatype.INT64, Shape.of(2), List.of(42, -1)));
    assertEquals("exit|toilet", text(Datatype.BYTES, Shape.of(2), List.of("exit", "toilet")));
  }

  private static String text(Datatype datatype, Shape shape, List<Object> values) {
    try (var pool = new TensorPool(1 << 16, TensorPool.LeakTracing.OFF);
        var tensor = Elements.filled(pool, datatype, shape, values)) {
      return AnswerText.of(tensor);
    }
  }
}
