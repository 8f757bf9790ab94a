package dev.weft.app.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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

  @Test
  void aLabelOfScoresIsAPositionInEachRow() {
    with(
        Datatype.FP32,
        Shape.of(2, 3),
        List.of(1, 2, 3, 4, 5, 6),
        scores -> {
          assertEquals(Optional.of("2|0"), AnswerText.label("2| 00", scores));
          assertEquals(Optional.of("1"), AnswerText.label("1", scores));
          for (var wrong : List.of("cat", "3", "-1", "1.0", "0|", "0,1", "0|3")) {
            assertEquals(Optional.empty(), AnswerText.label(wrong, scores), wrong);
          }
          assertEquals(
              "the position of the largest of 3 scores, from 0 to 2; several are joined by '|'",
              AnswerText.expected(scores));
        });
  }

  @Test
  void aLabelOfNumbersIsANumberAndOneOfTextAnything() {
    with(
        Datatype.INT64,
        Shape.of(1),
        List.of(7),
        numbers -> {
          assertEquals(Optional.of("-9|12"), AnswerText.label("-9|12", numbers));
          assertEquals(Optional.empty(), AnswerText.label("seven", numbers));
        });
    with(
        Datatype.BOOL,
        Shape.of(1),
        List.of(true),
        truth -> {
          assertEquals(Optional.of("1"), AnswerText.label("1", truth));
          assertEquals(Optional.empty(), AnswerText.label("2", truth));
        });
    with(
        Datatype.BYTES,
        Shape.of(1),
        List.of("exit"),
        text -> assertEquals(Optional.of("a|b c"), AnswerText.label("a|b c", text)));
  }

  private static String text(Datatype datatype, Shape shape, List<Object> values) {
    var text = new StringBuilder();
    with(datatype, shape, values, tensor -> text.append(AnswerText.of(tensor)));
    return text.toString();
  }

  private static void with(
      Datatype datatype, Shape shape, List<Object> values, Consumer<Tensor> test) {
    try (var pool = new TensorPool(1 << 16, TensorPool.LeakTracing.OFF);
        var tensor = Elements.filled(pool, datatype, shape, values)) {
      test.accept(tensor);
    }
  }
}
