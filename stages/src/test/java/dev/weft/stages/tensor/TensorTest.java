package dev.weft.stages.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TensorTest {

  private final TensorPool pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);

  @AfterEach
  void closePool() {
    pool.close();
  }

  @Test
  void holdsTypedValuesInADirectLittleEndianBuffer() {
    try (var tensor = pool.floats(Shape.of(2, 2), 1, 2, 3, 4)) {
      assertArrayEquals(new float[] {1, 2, 3, 4}, tensor.toFloats());
      assertEquals(16, tensor.byteSize());
      assertTrue(tensor.buffer().isDirect());
      assertEquals(ByteOrder.LITTLE_ENDIAN, tensor.buffer().order());
      assertEquals(4f, tensor.buffer().getFloat(12));
      assertEquals(0, tensor.segment().address() % TensorPool.ALIGNMENT);
      assertEquals("FP32[2, 2]", tensor.toString());
    }
  }

  @Test
  void livesUntilItsLastLeaseEnds() {
    var tensor = pool.longs(Shape.of(1), 42);
    tensor.retain();
    tensor.close();
    assertArrayEquals(new long[] {42}, tensor.toLongs());
    tensor.close();

    assertEquals(0, pool.leased());
  }

  @Test
  void refusesEveryUseAfterItsLastLease() {
    var tensor = pool.floats(Shape.of(1), 1);
    tensor.close();

    assertThrows(IllegalStateException.class, tensor::segment);
    assertThrows(IllegalStateException.class, tensor::buffer);
    assertThrows(IllegalStateException.class, tensor::retain);
    assertThrows(IllegalStateException.class, tensor::close);
    assertThrows(IllegalStateException.class, () -> tensor.reshape(Shape.of(1, 1)));
  }

  @Test
  void refusesAStaleHandleOnReusedMemory() {
    var stale = pool.floats(Shape.of(1), 1);
    stale.close();
    try (var reused = pool.floats(Shape.of(1), 2)) {
      assertTrue(reused.sharesMemoryWith(stale));
      assertThrows(IllegalStateException.class, stale::segment);
      assertThrows(IllegalStateException.class, stale::retain);
      assertThrows(IllegalStateException.class, stale::close);
      assertArrayEquals(new float[] {2}, reused.toFloats());
    }
  }

  @Test
  void reshapesWithoutCopying() {
    try (var flat = pool.floats(Shape.of(4), 1, 2, 3, 4);
        var square = flat.reshape(Shape.of(2, 2))) {
      assertTrue(square.sharesMemoryWith(flat));
      assertEquals(Shape.of(2, 2), square.shape());
      assertEquals(1, pool.leased());
      assertThrows(IllegalArgumentException.class, () -> flat.reshape(Shape.of(3)));
    }
    assertEquals(0, pool.bytesCopied());
  }

  @Test
  void handsOnThroughFourStepsWithoutCopyingAByte() {
    var camera = pool.allocate(Datatype.UINT8, Shape.of(1, 224, 224, 3));
    var address = camera.segment().address();
    for (var step = 0; step < 4; step++) {
      var next = camera.retain();
      camera.close();
      camera = next;
    }
    assertEquals(address, camera.segment().address());
    camera.close();

    assertEquals(0, pool.bytesCopied());
  }

  @Test
  void countsWhatIsCopied() {
    try (var tensor = pool.floats(Shape.of(3), 1, 2, 3);
        var copy = pool.copyOf(tensor)) {
      assertFalse(copy.sharesMemoryWith(tensor));
      assertArrayEquals(tensor.toFloats(), copy.toFloats());
    }
    assertEquals(12, pool.bytesCopied());
  }

  @Test
  void holdsByteStrings() {
    try (var tensor = pool.strings(List.of("größe", "", "\uD83D\uDE00"))) {
      assertEquals(List.of("größe", "", "\uD83D\uDE00"), tensor.toStrings());
      assertEquals(Shape.of(3), tensor.shape());
      assertThrows(IllegalArgumentException.class, tensor::toFloats);
    }
  }

  @Test
  void leaksNothingWhenTheValuesDoNotFitTheShape() {
    assertThrows(IllegalArgumentException.class, () -> pool.floats(Shape.of(2), 1));
    assertThrows(IllegalArgumentException.class, () -> pool.longs(Shape.of(2), 1));
    assertThrows(
        IllegalArgumentException.class, () -> pool.bytes(Shape.of(2), List.of(new byte[1])));

    assertEquals(0, pool.leased());
  }

  @Test
  void rowsLookAtTheSameMemoryAndOutliveTheWhole() {
    var whole = pool.floats(Shape.of(3, 2), 0, 1, 2, 3, 4, 5);
    var rows = whole.rows(1, 2);
    var last = rows.rows(1, 1);
    whole.close();
    rows.close();
    try (last) {
      assertEquals(Shape.of(1, 2), last.shape());
      assertEquals(8, last.byteSize());
      assertArrayEquals(new float[] {4, 5}, last.toFloats());
      assertEquals(4f, last.buffer().getFloat(0));
    }
    assertEquals(0, pool.bytesCopied());
  }

  @Test
  void noRowsAreRowsToo() {
    try (var whole = pool.floats(Shape.of(2, 1), 1, 2);
        var none = whole.rows(2, 0);
        var ofNone = none.rows(0, 0)) {
      assertEquals(Shape.of(0, 1), none.shape());
      assertEquals(0, ofNone.toFloats().length);
    }
  }

  @Test
  void refusesRowsThatAreNotThere() {
    try (var whole = pool.floats(Shape.of(2, 1), 1, 2);
        var scalar = pool.floats(Shape.of(), 1);
        var strings = pool.strings(List.of("a", "b"))) {
      assertThrows(IllegalArgumentException.class, () -> whole.rows(1, 2));
      assertThrows(IllegalArgumentException.class, () -> whole.rows(-1, 1));
      assertThrows(IllegalArgumentException.class, () -> whole.rows(0, -1));
      assertThrows(IllegalArgumentException.class, () -> whole.rows(Long.MAX_VALUE, 1));
      assertThrows(IllegalArgumentException.class, () -> scalar.rows(0, 1));
      assertThrows(IllegalArgumentException.class, () -> strings.rows(0, 1));
    }
    assertEquals(0, pool.leased());
  }
}
