package dev.weft.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClassificationTest {

  private final TensorPool pool = Requests.pool();

  @AfterEach
  void nothingIsLeftOnLease() {
    assertEquals(0, pool.leased());
    pool.close();
  }

  @Test
  void eachRowHasItsLargestValuesFirst() {
    var rows = pool.floats(Shape.of(2, 1, 4), 0.1f, 0.7f, -2, 0.2f, 5, 1e-7f, 6, 7);
    try (rows;
        var top = Classification.of("y", rows, 2, pool)) {
      assertEquals(Datatype.BYTES, top.datatype());
      assertEquals(Shape.of(2, 1, 2), top.shape());
      assertEquals(List.of("0.7:1", "0.2:3", "7.0:3", "6.0:2"), top.toStrings());
    }
  }

  @Test
  void equalValuesComeInTheOrderOfTheirIndicesAndNoNumberLast() {
    assertEquals(
        List.of("3.0:1", "3.0:3", "0.0:2", "-0.0:4", "NaN:0"), texts(5, Float.NaN, 3, 0f, 3, -0f));
    assertEquals(List.of("3.0:1"), texts(1, Float.NaN, 3, 0f, 3, -0f));
    assertEquals(
        List.of("Infinity:1", "-Infinity:0"),
        texts(2, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY));
  }

  @Test
  void whereThereAreFewerClassesAllAreGiven() {
    assertEquals(List.of("2.0:1", "1.0:0"), texts(Integer.MAX_VALUE, 1, 2));
    assertEquals(List.of(), texts(3));
    try (var rows = pool.floats(Shape.of(0, 3));
        var top = Classification.of("y", rows, 2, pool)) {
      assertEquals(Shape.of(0, 2), top.shape());
    }
  }

  @Test
  void everyTypeOfNumberIsOrderedAsWhatItIs() {
    for (var datatype : Datatype.values()) {
      var isOrdered = datatype != Datatype.BOOL && datatype != Datatype.BYTES;
      assertEquals(isOrdered, Classification.takes(datatype), datatype.name());
    }
    assertEquals(List.of("255:1", "1:0"), bytes(Datatype.UINT8, 1, 0xFF));
    assertEquals(List.of("1:0", "-1:1"), bytes(Datatype.INT8, 1, 0xFF));
    assertEquals(List.of("65535:1", "1:0"), bytes(Datatype.UINT16, 1, 0, 0xFF, 0xFF));
    assertEquals(List.of("1:0", "-1:1"), bytes(Datatype.INT16, 1, 0, 0xFF, 0xFF));
    assertEquals(
        List.of("4294967295:1", "1:0"), bytes(Datatype.UINT32, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF));
    assertEquals(List.of("1:0", "-1:1"), bytes(Datatype.INT32, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF));
    var longs = new int[16];
    longs[0] = 1;
    IntStream.range(8, 16).forEach(i -> longs[i] = 0xFF);
    assertEquals(List.of("18446744073709551615:1", "1:0"), bytes(Datatype.UINT64, longs));
    assertEquals(List.of("1:0", "-1:1"), bytes(Datatype.INT64, longs));
    assertEquals(List.of("1.0:0", "-1.0:1"), bytes(Datatype.FP16, 0, 0x3C, 0, 0xBC));
    assertEquals(List.of("1.0:0", "-1.0:1"), bytes(Datatype.BF16, 0x80, 0x3F, 0x80, 0xBF));
    assertEquals(
        List.of("1.0:1", "-2.0:0"),
        bytes(Datatype.FP64, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F));
  }

  @Test
  void itIsWhatSortingWouldGive() {
    var seed = Long.getLong("weft.seed", new Random().nextLong());
    System.out.println("ClassificationTest: replay with -Dweft.seed=" + seed);
    var random = new Random(seed);
    for (var round = 0; round < 500; round++) {
      var values = new float[1 + random.nextInt(40)];
      for (var i = 0; i < values.length; i++) {
        values[i] = random.nextInt(9) - 4;
      }
      var classes = 1 + random.nextInt(values.length);
      var sorted =
          IntStream.range(0, values.length)
              .boxed()
              .sorted(Comparator.comparing(i -> -values[i]))
              .limit(classes)
              .map(i -> values[i] + ":" + i)
              .toList();
      assertEquals(sorted, texts(classes, values), "seed " + seed + ", round " + round);
    }
  }

  @Test
  void whatIsNoRowOfClassesOrTooManyIsRefused() {
    try (var scalar = pool.floats(Shape.of(), 1);
        var many = pool.allocate(Datatype.UINT8, Shape.of(Classification.TEXTS_MAX / 2 + 1, 2))) {
      refused(Fault.INVALID, "classification of a scalar", scalar, 1);
      refused(Fault.TOO_LARGE, "32769 rows into 2 classes", many, 2);
    }
    try (var small = new TensorPool(256, TensorPool.LeakTracing.ON)) {
      var row = small.floats(Shape.of(1), 1);
      var problem =
          assertThrows(ProtocolException.class, () -> Classification.of("y", row, 1, small));
      assertEquals(Fault.NO_MEMORY, problem.fault());
      row.close();
    }
  }

  private void refused(Fault fault, String sentence, Tensor tensor, int classes) {
    var problem =
        assertThrows(ProtocolException.class, () -> Classification.of("y", tensor, classes, pool));
    assertEquals(fault, problem.fault());
    assertTrue(Requests.said(problem).contains(sentence), Requests.said(problem));
    assertFalse(Requests.said(problem).isBlank());
  }

  private List<String> texts(int classes, float... values) {
    try (var row = pool.floats(Shape.of(values.length), values);
        var top = Classification.of("y", row, classes, pool)) {
      return top.toStrings();
    }
  }

  /** Both of two elements. */
  private List<String> bytes(Datatype datatype, int... content) {
    try (var row = pool.allocate(datatype, Shape.of(2))) {
      var buffer = row.buffer();
      for (var one : content) {
        buffer.put((byte) one);
      }
      try (var top = Classification.of("y", row, 2, pool)) {
        return top.toStrings();
      }
    }
  }
}
