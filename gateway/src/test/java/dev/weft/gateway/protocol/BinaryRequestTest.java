package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.Requests.binary;
import static dev.weft.gateway.protocol.Requests.body;
import static dev.weft.gateway.protocol.Requests.decode;
import static dev.weft.gateway.protocol.Requests.floats;
import static dev.weft.gateway.protocol.Requests.json;
import static dev.weft.gateway.protocol.Requests.raw;
import static dev.weft.gateway.protocol.Requests.texts;
import static dev.weft.gateway.protocol.Requests.unsized;
import static dev.weft.gateway.protocol.Requests.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BinaryRequestTest {

  private final TensorPool pool = Requests.pool();

  @AfterEach
  void nothingIsLeftOnLease() {
    assertEquals(0, pool.leased());
    pool.close();
  }

  @Test
  void tensorsFollowTheJsonInTheOrderOfTheInputs() {
    var text =
        """
        {"inputs":[%s,{"name":"j","datatype":"FP32","shape":[1],"data":[9]},%s]}\
        """
            .formatted(input("a", "FP32", "[2]", 8), input("b", "BYTES", "[2]", 11));
    for (var sized : List.of(true, false)) {
      var body = binary(text, floats(1, 2), texts("abc", ""));
      try (var request = decode(pool, sized ? body : unsized(body))) {
        assertArrayEquals(new float[] {1, 2}, Requests.input(request, "a").toFloats());
        assertArrayEquals(new float[] {9}, Requests.input(request, "j").toFloats());
        assertEquals(List.of("abc", ""), Requests.input(request, "b").toStrings());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Datatype.class,
      names = {"BYTES"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyFixedSizeDatatypeComesInBinary(Datatype type) {
    var bytes = new byte[type.size() * 3];
    bytes[0] = 1;
    var body = binary(requestOf(input("x", type.name(), "[3]", bytes.length)), bytes);
    try (var request = decode(pool, body)) {
      var tensor = Requests.input(request, "x");
      assertEquals(type, tensor.datatype());
      assertEquals(1, tensor.buffer().get(0));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FP32, 7",
    "FP32, 9",
    "FP32, 0",
    "FP32, -1",
    "FP16, 8",
    "BYTES, 7",
    "FP32, 18446744073709551615"
  })
  void aSizeThatDoesNotFitTheShapeIsRefused(String type, String size) {
    var text =
        requestOf(
            """
            {"name":"x","datatype":"%s","shape":[2],"parameters":{"binary_data_size":%s}}\
            """
                .formatted(type, size));
    var problem =
        assertThrows(
            ProtocolException.class, () -> decode(pool, unsized(binary(text, new byte[8]))));
    assertTrue(
        List.of(Fault.INVALID, Fault.TOO_LARGE).contains(problem.fault()), problem.getMessage());
  }

  @Test
  void bytesThatAreMissingOrTooManyAreToldApart() {
    var text = requestOf(input("x", "FP32", "[2]", 8));
    assertEquals(Fault.TRUNCATED, refused(unsized(binary(text, new byte[7]))).fault());
    assertEquals(Fault.INVALID, refused(unsized(binary(text, new byte[9]))).fault());
    // With a length there is no need to read what cannot be right.
    assertEquals(Fault.INVALID, refused(binary(text, new byte[7])).fault());
    assertEquals(Fault.INVALID, refused(binary(text, new byte[9])).fault());
    assertEquals(0, pool.bytesHeld() & ~1023, "nothing large was taken");
  }

  @Test
  void aJsonLengthBeyondTheBodyIsRefused() {
    assertEquals(Fault.INVALID, refused(body(utf8("{}"), OptionalLong.of(3))).fault());
    assertEquals(Fault.INVALID, refused(body(utf8("{}"), OptionalLong.of(-1))).fault());
    assertEquals(Fault.TRUNCATED, refused(unsized(body(utf8("{}"), OptionalLong.of(3)))).fault());
    assertEquals(
        Fault.TOO_LARGE,
        refused(unsized(body(utf8("{}"), OptionalLong.of(Long.MAX_VALUE)))).fault());
  }

  @Test
  void binaryDataNeedsTheHeaderAndDataIsGivenOnce() {
    var text = requestOf(input("x", "FP32", "[2]", 8));
    assertEquals(Fault.INVALID, refused(json(text)).fault());
    var twice =
        requestOf(
            """
            {"name":"x","datatype":"FP32","shape":[1],"data":[1],
             "parameters":{"binary_data_size":4}}\
            """);
    assertEquals(Fault.INVALID, refused(binary(twice, new byte[4])).fault());
  }

  @Test
  void textsWhoseLengthsDoNotAddUpAreRefused() {
    assertEquals(Fault.INVALID, refused(binary(textsOf(1, 10), texts("ab", ""))).fault(), "more");
    assertEquals(
        Fault.INVALID, refused(binary(textsOf(3, 12), texts("ab", "ab"))).fault(), "fewer");
    var cutOff = new byte[] {4, 0, 0, 0, 1, 2, 3};
    assertEquals(Fault.INVALID, refused(binary(textsOf(1, 7), cutOff)).fault(), "cut off");
    var negative = new byte[] {-1, -1, -1, -1};
    assertEquals(Fault.INVALID, refused(binary(textsOf(1, 4), negative)).fault(), "below zero");
  }

  @Test
  void aByteThatIsNeitherTrueNorFalseIsNoBool() {
    var text = requestOf(input("x", "BOOL", "[2]", 2));
    assertEquals(Fault.INVALID, refused(binary(text, new byte[] {1, 2})).fault());
  }

  @Test
  void aBodyBeyondTheLimitIsTooLarge() {
    var much = new byte[(int) Requests.LIMITS.bodyBytesMax() + 1];
    assertEquals(Fault.TOO_LARGE, refused(body(much, OptionalLong.empty())).fault());
    var text = requestOf(input("x", "UINT8", "[512]", 512));
    assertEquals(
        Fault.INVALID, refused(unsized(binary(text, new byte[512], much))).fault(), "overlong");
    var large =
        requestOf(
            "{\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[1],"
                + "\"parameters\":{\"binary_data_size\":5000}}");
    assertEquals(Fault.TOO_LARGE, refused(unsized(binary(large))).fault());
  }

  @Test
  void aRawRequestIsTheOnlyInput() {
    var spec = TensorSpec.of("x", Datatype.FP32, -1, 2);
    for (var sized : List.of(true, false)) {
      var body = raw(floats(1, 2, 3, 4));
      try (var request = decode(pool, sized ? body : unsized(body), spec)) {
        assertEquals(Shape.of(2, 2), Requests.input(request, "x").shape());
        assertArrayEquals(new float[] {1, 2, 3, 4}, Requests.input(request, "x").toFloats());
        assertTrue(request.wantsBinary("y"));
      }
    }
    var text = TensorSpec.of("t", Datatype.BYTES, 1);
    try (var request = decode(pool, raw(utf8("hello")), text)) {
      assertEquals(List.of("hello"), Requests.input(request, "t").toStrings());
    }
  }

  @Test
  void aRawRequestThatCannotBeOneTensorIsRefused() {
    var fixed = TensorSpec.of("x", Datatype.FP32, 1, 2);
    var loose = TensorSpec.of("x", Datatype.FP32, -1, -1);
    assertEquals(Fault.INVALID, refused(raw(floats(1))).fault(), "no input");
    assertEquals(Fault.INVALID, refused(raw(floats(1)), fixed, loose).fault(), "two inputs");
    assertEquals(Fault.INVALID, refused(raw(floats(1)), fixed).fault(), "too short");
    assertEquals(Fault.INVALID, refused(raw(floats(1, 2, 3)), fixed).fault(), "too long");
    assertEquals(Fault.INVALID, refused(raw(floats(1, 2)), loose).fault(), "two free dimensions");
    assertEquals(Fault.INVALID, refused(raw(new byte[7]), fixed).fault(), "half an element");
  }

  @Test
  void outputsAreBinaryAsAskedForWithTheOutputsOwnWordLast() {
    var text =
        """
        {"parameters":{"binary_data_output":true},"inputs":[],
         "outputs":[{"name":"a"},{"name":"b","parameters":{"binary_data":false}}]}\
        """;
    try (var request = decode(pool, json(text))) {
      assertTrue(request.wantsBinary("a"));
      assertFalse(request.wantsBinary("b"));
    }
    try (var request =
        decode(
            pool,
            json(
                """
                {"inputs":[],"outputs":[{"name":"a"},
                 {"name":"b","parameters":{"binary_data":true}}]}\
                """))) {
      assertFalse(request.wantsBinary("a"));
      assertTrue(request.wantsBinary("b"));
    }
  }

  private ProtocolException refused(InferDecoder.Body body, TensorSpec... specs) {
    return assertThrows(ProtocolException.class, () -> decode(pool, body, specs).close());
  }

  private static String requestOf(String input) {
    return "{\"inputs\":[" + input + "]}";
  }

  private static String textsOf(int count, int size) {
    return requestOf(input("x", "BYTES", "[%d]".formatted(count), size));
  }

  private static String input(String name, String datatype, String shape, int size) {
    return """
    {"name":"%s","datatype":"%s","shape":%s,"parameters":{"binary_data_size":%d}}\
    """
        .formatted(name, datatype, shape, size);
  }
}
