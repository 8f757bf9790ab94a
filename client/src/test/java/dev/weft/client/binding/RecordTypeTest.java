package dev.weft.client.binding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.tensor.Datatype;
import dev.weft.client.tensor.Tensor;
import dev.weft.client.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordTypeTest {

  private static TensorSpec spec(String name, Datatype datatype, Long... shape) {
    return new TensorSpec(name, datatype, List.of(shape));
  }

  private static Tensor at(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name));
  }

  private static <T> void assertRefused(String with, Class<T> type, T value, TensorSpec spec) {
    var problem =
        assertThrows(
            IllegalArgumentException.class,
            () -> RecordType.of(type).tensors(value, List.of(spec)));
    assertTrue(String.valueOf(problem.getMessage()).contains(with), problem.getMessage());
  }

  record Every(
      float half,
      double[] wide,
      int[][] grid,
      long[] ids,
      short[] shorts,
      byte[] picture,
      boolean[] mask,
      @TensorName("the text") String[] text,
      Tensor raw) {}

  private static final List<TensorSpec> EVERY =
      List.of(
          spec("half", Datatype.FP16, 1L),
          spec("wide", Datatype.FP64, -1L),
          spec("grid", Datatype.INT32, -1L, 2L, 3L),
          spec("ids", Datatype.INT64, 1L, -1L),
          spec("shorts", Datatype.INT16, 2L),
          spec("picture", Datatype.UINT8, -1L),
          spec("mask", Datatype.BOOL, -1L),
          spec("the text", Datatype.BYTES, -1L, -1L),
          spec("raw", Datatype.UINT64, -1L));

  @Test
  void everyTypeGoesThereAndBackWithLeadingAxesOfOneLeftOut() {
    var raw = Tensor.wire(Datatype.UINT64, new byte[8], 1);
    var given =
        new Every(
            1.5f,
            new double[] {Math.E},
            new int[][] {{1, 2, 3}, {4, 5, 6}},
            new long[] {7, 8},
            new short[] {-3, 3},
            new byte[] {-1},
            new boolean[] {true, false},
            new String[] {"größer", ""},
            raw);
    var type = RecordType.of(Every.class);
    assertEquals(List.of(), type.misfitsOfInputs(EVERY));

    var tensors = type.tensors(given, EVERY);

    assertArrayEquals(new long[] {1, 2, 3}, at(tensors, "grid").shape());
    assertArrayEquals(new long[] {1, 2}, at(tensors, "the text").shape());
    var back = type.value(tensors);
    assertEquals(1.5f, back.half());
    assertArrayEquals(given.wide(), back.wide());
    assertArrayEquals(given.grid(), back.grid());
    assertArrayEquals(given.ids(), back.ids());
    assertArrayEquals(given.shorts(), back.shorts());
    assertArrayEquals(given.picture(), back.picture());
    assertArrayEquals(given.mask(), back.mask());
    assertArrayEquals(given.text(), back.text());
    assertEquals(raw, back.raw());
  }

  record Halves(float[] x) {}

  @Test
  void halvesAreRoundedToTheNearestTiesToEven() {
    // One more than 2^8 in its 8 bits lies in the middle: to even is down, three more is up.
    var brain = spec("x", Datatype.BF16, 3L);
    var given = new Halves(new float[] {257, 259, Float.NaN});
    var tensors = RecordType.of(Halves.class).tensors(given, List.of(brain));
    assertArrayEquals(new float[] {256, 260, Float.NaN}, at(tensors, "x").floats());
  }

  record Rows(float[][] x) {}

  @Test
  void whatDoesNotFitIsRefusedWithItsPlace() {
    var spec = spec("x", Datatype.FP32, -1L, 2L);
    assertRefused("Rows.x: FP32[1, 3]", Rows.class, new Rows(new float[1][3]), spec);
    assertRefused("1 elements beside 2", Rows.class, new Rows(new float[][] {{1, 2}, {3}}), spec);
  }

  @Test
  void noRowsAtAllAreAnEmptyTensor() {
    var spec = spec("x", Datatype.FP32, -1L, -1L);
    var tensors = RecordType.of(Rows.class).tensors(new Rows(new float[0][]), List.of(spec));
    assertArrayEquals(new long[] {0, 0}, at(tensors, "x").shape());
    assertEquals(0, RecordType.of(Rows.class).value(tensors).x().length);
  }

  record Skippable(Optional<float[]> x) {}

  @Test
  void anOutputOfASkippedStepIsAbsentOnlyWhereThatIsExpected() {
    assertEquals(Optional.empty(), RecordType.of(Skippable.class).value(Map.of()).x());
    var there = Map.of("x", Tensor.floats(new float[] {1}, 1, 1));
    var value = RecordType.of(Skippable.class).value(there).x().orElseThrow();
    assertArrayEquals(new float[] {1}, value);
    var problem =
        assertThrows(
            IllegalArgumentException.class, () -> RecordType.of(Halves.class).value(Map.of()));
    assertTrue(String.valueOf(problem.getMessage()).contains("Optional"), problem.getMessage());
    assertEquals(
        List.of("'x' is optional, but an input"),
        RecordType.of(Skippable.class).misfitsOfInputs(List.of(spec("x", Datatype.FP32, -1L))));
  }

  record Wrong(Object x) {}

  record Twice(float[] x, @TensorName("x") float[] y) {}

  @Test
  void aTypeThatStandsForNoTensorIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> RecordType.of(String.class));
    assertThrows(IllegalArgumentException.class, () -> RecordType.of(Wrong.class));
    assertThrows(IllegalArgumentException.class, () -> RecordType.of(Twice.class));
  }

  @Test
  void allThatASignatureAndARecordLackIsToldAtOnce() {
    var specs = List.of(spec("x", Datatype.INT8, 4L, 4L), spec("more", Datatype.FP32, 1L));
    var problems = RecordType.of(Halves.class).misfitsOfInputs(specs);
    assertEquals(
        List.of(
            "Halves.x is float[], the model's 'x' is INT8[4, 4]",
            "Halves has no component for the model's 'more' FP32[1]"),
        problems);
    var missing = RecordType.of(Halves.class).misfitsOfOutputs(List.of());
    assertEquals(List.of("the model has no 'x', only []"), missing);
  }
}
