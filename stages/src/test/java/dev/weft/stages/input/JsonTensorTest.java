package dev.weft.stages.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTensorTest {

  private static final TensorSpec FLOATS = TensorSpec.of("x", Datatype.FP32, "rows", 2);

  private final TensorPool pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);

  @AfterEach
  void nothingLeaks() {
    pool.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[1, 2], [3, 4.5]]",
        "[1, 2, 3, 4.5]",
        "{\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[1,2,3,4.5]}",
        "{\"data\":[[1,2],[3,4.5]],\"datatype\":\"FP32\",\"shape\":[2,2],\"name\":\"x\"}",
        "{\"data\":[1,2,3,4.5],\"parameters\":{\"a\":[{}]}}",
      })
  void readsNestedFlatAndDeclaredArrays(String json) {
    try (var tensor = read(json, FLOATS)) {
      assertEquals(Shape.of(2, 2), tensor.shape());
      assertArrayEquals(new float[] {1, 2, 3, 4.5f}, tensor.toFloats());
    }
  }

  @Test
  void readsOneValueAsAScalarOrAsOneElement() {
    try (var scalar = read("7", TensorSpec.of("k", Datatype.INT64));
        var single = read("7", TensorSpec.of("k", Datatype.INT64, 1));
        var empty = read("[]", FLOATS)) {
      assertEquals(Shape.of(), scalar.shape());
      assertEquals(Shape.of(1), single.shape());
      assertEquals(Shape.of(0, 2), empty.shape());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL,true,01",
    "UINT8,255,ff",
    "UINT16,65535,ffff",
    "UINT32,4294967295,ffffffff",
    "UINT64,18446744073709551615,ffffffffffffffff",
    "INT8,-128,80",
    "INT16,-2,feff",
    "INT32,-2147483648,00000080",
    "INT64,9223372036854775807,ffffffffffffff7f",
    "FP16,1.5,003e",
    "BF16,1.00390625,803f",
    "BF16,1.01171875,823f",
    "FP32,-0.1,cdccccbd",
    "FP64,0.1,9a9999999999b93f"
  })
  void encodesEveryDatatypeLittleEndian(Datatype datatype, String number, String hex) {
    try (var tensor = read("[" + number + "]", TensorSpec.of("x", datatype, 1))) {
      var expected = HexFormat.of().parseHex(hex);
      assertEquals(-1, tensor.segment().mismatch(MemorySegment.ofArray(expected)));
    }
  }

  @Test
  void readsTextAsBytes() {
    try (var tensor =
        read("[\"ä\", \"\", \"a\\u0000b\"]", TensorSpec.of("t", Datatype.BYTES, -1))) {
      assertEquals(List.of("ä", "", "a\0b"), tensor.toStrings());
      assertEquals(2, tensor.segment().get(ValueLayout.JAVA_INT_UNALIGNED, 0));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FP32|[[1,2],[3]]|equal rows",
        "FP32|[[1,2],3]|equal rows",
        "FP32|[1,[2]]|equal rows",
        "FP32|[[],[[]]]|equal rows",
        "FP32|[1,2|line 1, column",
        "FP32|[1,2] 3|more after the end",
        "FP32|[1,null]|element 1: null",
        "FP32|[1, NaN]|element 1: NaN (expected: a finite number that fits, as FP32)",
        "FP64|[-Infinity]|element 0: -Infinity (expected: a finite number that fits, as FP64)",
        "FP16|[-INF]|element 0: -INF (expected: a finite number that fits, as FP16)",
        "INT64|[NaN]|element 0: NaN (expected: a whole number, as INT64)",
        "BYTES|[NaN]|element 0: NaN (expected: text in quotes, as BYTES)",
        "FP32|[Nan]|line 1, column",
        "FP32|[1e39]|element 0: 1e39",
        "FP32|[true]|element 0: true (expected: a finite number",
        "FP16|[70000]|element 0: 70000",
        "BF16|[3.4e38]|element 0: 3.4e38",
        "INT8|[128]|from -128 to 127",
        "INT32|[1.0]|element 0: 1.0 (expected: a whole number",
        "INT64|[9223372036854775808]|element 0",
        "UINT64|[-1]|from 0 to 18446744073709551615",
        "BOOL|[1]|true or false",
        "BYTES|[1]|text in quotes",
        "FP32|[{}]|element 0",
        "FP32|{}|field 'data': missing",
        "FP32|{\"data\":[1],\"shape\":[2]}|expected: 2 in [2]",
        "FP32|{\"data\":[[1],[2]],\"shape\":[1,2]}|expected: 2 in [1, 2]",
        "FP32|{\"data\":[1],\"shape\":[-1]}|dimensions >= 0",
        "FP32|{\"data\":[1],\"datatype\":\"INT8\"}|datatype: INT8 (expected: FP32)",
        "FP32|{\"data\":[1],\"data\":[2]}|Duplicate",
        "FP32|{\"dta\":[1]}|field 'dta': unknown",
      })
  void refusesWithThePlaceAndWhatWasExpected(Datatype datatype, String json, String expected) {
    assertRefused(json, TensorSpec.of("x", datatype, -1), expected);
  }

  @Test
  void boundsDepthAndSize() {
    assertRefused("[".repeat(100_000), FLOATS, "32 deep");
    assertRefused("{\"parameters\":" + "[".repeat(100_000), FLOATS, "nesting depth");
    assertRefused("[" + "1".repeat(500) + "]", FLOATS, "Number value length");
    assertRefused(" ".repeat(JsonTensor.CONTENT_BYTES_MAX + 1), FLOATS, "larger tensors as .npy");
  }

  @Test
  void refusesMalformedUtf32AndTooManyStrings() {
    var malformed = new byte[] {0, 0, 0, '[', 0, 0x7F, 0, 0};
    var refusal =
        assertThrows(
            StageException.class, () -> JsonTensor.read("x.json", malformed, FLOATS, pool).close());
    assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
    var strings = "[" + "\"\",".repeat(ElementBuffer.STRINGS_MAX) + "\"\"]";
    assertRefused(strings, TensorSpec.of("x", Datatype.BYTES, -1), "more than 4194304 strings");
  }

  private Tensor read(String json, TensorSpec spec) {
    return JsonTensor.read("x.json", json.getBytes(StandardCharsets.UTF_8), spec, pool);
  }

  private void assertRefused(String json, TensorSpec spec, String expected) {
    var refusal = assertThrows(StageException.class, () -> read(json, spec).close());
    var message = String.valueOf(refusal.getMessage());
    assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
    assertTrue(message.startsWith("file 'x.json': ") && message.contains(expected), message);
  }
}
