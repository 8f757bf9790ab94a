package dev.weft.client.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {

  @Test
  void elementsComeBackAsTheyWere() {
    assertArrayEquals(new float[] {1, -2.5f}, Tensor.floats(new float[] {1, -2.5f}, 2).floats());
    assertArrayEquals(new double[] {Math.PI}, Tensor.doubles(new double[] {Math.PI}).doubles());
    assertArrayEquals(new int[] {-1, 7}, Tensor.ints(new int[] {-1, 7}, 1, 2).ints());
    assertArrayEquals(new long[] {1L << 40}, Tensor.longs(new long[] {1L << 40}, 1).longs());
    assertEquals(List.of("", "größer"), Tensor.strings(List.of("", "größer"), 2).strings());
    assertArrayEquals(new byte[] {0, -1}, Tensor.unsignedBytes(new byte[] {0, -1}, 2).wire());
  }

  @Test
  void halvesAreWidened() {
    var half = Tensor.wire(Datatype.FP16, new byte[] {0x00, 0x3e, 0x00, (byte) 0xc0}, 2);
    assertArrayEquals(new float[] {1.5f, -2}, half.floats());
    var brain = Tensor.wire(Datatype.BF16, new byte[] {(byte) 0xc0, 0x3f}, 1);
    assertArrayEquals(new float[] {1.5f}, brain.floats());
  }

  @Test
  void whatDoesNotFitItsShapeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Tensor.floats(new float[3], 2, 2));
    assertThrows(IllegalArgumentException.class, () -> Tensor.floats(new float[1], -1));
    assertThrows(IllegalArgumentException.class, () -> Tensor.wire(Datatype.FP32, new byte[3], 1));
    var beyond = new byte[] {9, 0, 0, 0, 'a'};
    var problem =
        assertThrows(IllegalArgumentException.class, () -> Tensor.wire(Datatype.BYTES, beyond, 1));
    assertTrue(String.valueOf(problem.getMessage()).contains("9 bytes"), problem.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> Tensor.wire(Datatype.BYTES, new byte[] {1, 0}, 1));
  }

  @Test
  void nothingOfItChangesFromOutside() {
    var values = new float[] {1};
    var shape = new long[] {1};
    var tensor = Tensor.floats(values, shape);
    values[0] = 2;
    shape[0] = 2;
    tensor.shape()[0] = 3;
    tensor.wire()[0] = 1;
    assertEquals(Tensor.floats(new float[] {1}, 1), tensor);
  }

  @Test
  void elementsOfAnotherDatatypeAreNotGiven() {
    assertThrows(IllegalStateException.class, () -> Tensor.ints(new int[1], 1).floats());
  }
}
