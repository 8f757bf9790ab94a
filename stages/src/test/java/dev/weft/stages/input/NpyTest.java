package dev.weft.stages.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files under test were written by NumPy: see {@code make.py} beside them. */
class NpyTest {

  private final TensorPool pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);

  @AfterEach
  void nothingLeaks() {
    pool.close();
  }

  @ParameterizedTest
  @CsvSource({
    "u1,UINT8",
    "u2,UINT16",
    "u4,UINT32",
    "u8,UINT64",
    "i1,INT8",
    "i2,INT16",
    "i4,INT32",
    "i8,INT64",
    "f2,FP16",
    "f4,FP32",
    "f8,FP64"
  })
  void readsWhatNumPyWroteInEitherByteAndAxisOrder(String name, Datatype datatype) {
    var expected = new double[6];
    for (var i = 0; i < 6; i++) {
      expected[i] = name.startsWith("u") ? i : (i - 3) * (name.startsWith("f") ? 1.5 : 1);
    }
    for (var form : List.of("", "-fortran", "-big")) {
      try (var tensor = read(name + form, datatype)) {
        assertEquals(datatype, tensor.datatype());
        assertEquals(Shape.of(2, 3), tensor.shape());
        assertArrayEquals(expected, numbers(tensor), name + form);
      }
    }
  }

  @Test
  void readsBooleans() {
    for (var form : List.of("", "-fortran")) {
      try (var tensor = read("bool" + form, Datatype.BOOL)) {
        assertEquals(Datatype.BOOL, tensor.datatype());
        assertArrayEquals(new double[] {1, 0, 1, 0, 0, 1}, numbers(tensor));
      }
    }
  }

  @Test
  void readsScalarsEmptyArraysAndNewerFormats() {
    try (var scalar = read("scalar", Datatype.FP32);
        var empty = read("empty", Datatype.FP32);
        var second = read("f4-v2", Datatype.FP32);
        var third = read("f4-v3", Datatype.FP32)) {
      assertEquals(Shape.of(), scalar.shape());
      assertArrayEquals(new float[] {7.25f}, scalar.toFloats());
      assertEquals(Shape.of(0, 4), empty.shape());
      assertArrayEquals(new float[] {1.5f, -2}, second.toFloats());
      assertArrayEquals(new float[] {1.5f, -2}, third.toFloats());
    }
  }

  @Test
  void transposesThreeAxesOfBigEndianFortranOrder() {
    try (var cube = read("cube-fortran-big", Datatype.INT32)) {
      var expected = new double[24];
      for (var i = 0; i < 24; i++) {
        expected[i] = i;
      }
      assertEquals(Shape.of(2, 3, 4), cube.shape());
      assertArrayEquals(expected, numbers(cube));
    }
  }

  @Test
  void readsByteStringsAndTextWithoutPadding() {
    try (var bytes = read("bytes", Datatype.BYTES);
        var text = read("text", Datatype.BYTES);
        var fortran = read("text-big-fortran", Datatype.BYTES)) {
      assertEquals(Shape.of(2, 2), bytes.shape());
      assertEquals(List.of("one", "three", "", "a\0b"), bytes.toStrings());
      assertEquals(List.of("Müsli", "", "🧵 weft"), text.toStrings());
      assertEquals(List.of("a", "bb", "ccc", "€"), fortran.toStrings());
    }
  }

  @Test
  void readsRawTwoByteElementsOnlyAsBf16() {
    try (var tensor = read("brain", Datatype.BF16)) {
      assertEquals(Datatype.BF16, tensor.datatype());
      assertArrayEquals(new double[] {1, -3}, numbers(tensor));
    }
    assertRefused(resource("brain"), "descr: |V2 (expected: the type of FP32)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"complex", "record", "object"})
  void refusesWhatHasNoDatatypeHere(String name) {
    assertRefused(resource(name), "header: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2), };','",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), };fortran_order True or False",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), };1 to 18 digits",
        "{'descr': '<f4', 'fortran_order': False, };one dict",
        "{'descr': '<f4', 'descr': '<f4', 'shape': (2,), };each key once",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1};the keys",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} import os;one dict",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,;1 to 18 digits",
        "{'descr': '<f3', 'fortran_order': False, 'shape': (2,)};descr: <f3",
        "{'descr': '=f4', 'fortran_order': False, 'shape': (2,)};a descr of",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)};expected: 12",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999999999,)};data: 8",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,)};digits",
        "{'descr': '<f8','fortran_order':False,'shape':(999999999999999999,9)};below 2^63",
        "{'descr': '<f8','fortran_order':False,'shape':(999999999999999999,99)};below 2^63",
        "{'descr': '|b1', 'fortran_order': False, 'shape': (8,)};0 or 1",
        "{'descr': '<U2', 'fortran_order': False, 'shape': (1,)};Unicode character",
        "{'descr': '|S0', 'fortran_order': False, 'shape': (99999999,)};data: 8 bytes",
        "nonsense;'{'",
      })
  void refusesHeadersNumPyWouldNotWrite(String header, String expected) {
    var file = ByteBuffer.allocate(10 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
    file.put(NpyHeader.MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
    file.put(header.getBytes(StandardCharsets.ISO_8859_1)).putLong(0x7B00DC00_00DC0902L);
    assertRefused(file.array(), expected);
  }

  @Test
  void refusesEveryTruncationOfAFile() {
    var whole = resource("i4");
    for (var length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), "expected: ");
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 1), "data: 25 bytes");
  }

  @Test
  void answersDamagedFilesWithAStageExceptionAndNothingElse() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var round = 0; round < 3000; round++) {
      var file = resource(random.nextBoolean() ? "cube-fortran-big" : "text-big-fortran");
      for (var flips = 0; flips <= random.nextInt(4); flips++) {
        file[random.nextInt(random.nextBoolean() ? 128 : file.length)] = (byte) random.nextInt(256);
      }
      try (var tensor = Npy.read("damaged.npy", MemorySegment.ofArray(file), Datatype.FP32, pool)) {
        assertTrue(tensor.byteSize() <= file.length * 4L, "seed " + seed + " round " + round);
      } catch (StageException e) {
        assertEquals(ErrorCode.INVALID_INPUT, e.code(), "seed " + seed + " round " + round);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + " round " + round, e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Datatype.class)
  void readsBackWhatItWrote(Datatype datatype) {
    try (var tensor = sample(datatype);
        var back = Npy.read("x", MemorySegment.ofArray(Npy.write(tensor)), datatype, pool)) {
      assertEquals(tensor.toString(), back.toString());
      assertEquals(-1, tensor.segment().mismatch(back.segment()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bool", "u2", "i4", "f8", "scalar", "empty", "brain", "bytes"})
  void writesTheBytesNumPyWrites(String name) {
    var numpy = resource(name);
    try (var tensor = Npy.read(name, MemorySegment.ofArray(numpy), Datatype.BF16, pool)) {
      assertEquals(
          new String(numpy, StandardCharsets.ISO_8859_1),
          new String(Npy.write(tensor), StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void refusesToWriteAnElementThatNumPyWouldShorten() {
    try (var tensor = pool.strings(List.of("a", "b\0"))) {
      var refusal = assertThrows(IllegalArgumentException.class, () -> Npy.write(tensor));
      assertTrue(refusal.toString().contains("BYTES element 1"), refusal.toString());
    }
  }

  private Tensor sample(Datatype datatype) {
    if (datatype == Datatype.BYTES) {
      return pool.bytes(Shape.of(3, 1), List.of(new byte[0], new byte[] {0, 1}, new byte[] {-1}));
    }
    var tensor = pool.allocate(datatype, Shape.of(2, 2));
    var bytes = new byte[(int) tensor.byteSize()];
    for (var i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (datatype == Datatype.BOOL ? i % 2 : i * 37 + 1);
    }
    tensor.segment().copyFrom(MemorySegment.ofArray(bytes));
    return tensor;
  }

  private Tensor read(String name, Datatype wanted) {
    return Npy.read(name + ".npy", MemorySegment.ofArray(resource(name)), wanted, pool);
  }

  private void assertRefused(byte[] file, String expected) {
    var refusal =
        assertThrows(
            StageException.class,
            () -> Npy.read("bad.npy", MemorySegment.ofArray(file), Datatype.FP32, pool).close());
    var message = String.valueOf(refusal.getMessage());
    assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
    assertTrue(message.startsWith("file 'bad.npy': ") && message.contains(expected), message);
  }

  private static byte[] resource(String name) {
    try (var stream = NpyTest.class.getResourceAsStream(name + ".npy")) {
      return Objects.requireNonNull(stream, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] numbers(Tensor tensor) {
    var buffer = tensor.buffer();
    Function<ByteBuffer, Double> next =
        switch (tensor.datatype()) {
          case BOOL, INT8 -> from -> (double) from.get();
          case UINT8 -> from -> (double) (from.get() & 0xFF);
          case INT16 -> from -> (double) from.getShort();
          case UINT16 -> from -> (double) (from.getShort() & 0xFFFF);
          case INT32 -> from -> (double) from.getInt();
          case UINT32 -> from -> (double) (from.getInt() & 0xFFFF_FFFFL);
          case INT64, UINT64 -> from -> (double) from.getLong();
          case FP16 -> from -> (double) Float.float16ToFloat(from.getShort());
          case BF16 -> from -> (double) Float.intBitsToFloat(from.getShort() << 16);
          case FP32 -> from -> (double) from.getFloat();
          case FP64 -> ByteBuffer::getDouble;
          case BYTES -> throw new IllegalArgumentException("BYTES");
        };
    var numbers = new double[(int) tensor.shape().elements()];
    for (var i = 0; i < numbers.length; i++) {
      numbers[i] = next.apply(buffer);
    }
    return numbers;
  }
}
